package dev.pawl.idgen.server;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;

/** Reads the body of a request for ids: an object with the one member {@code count}, a whole number. */
final class IdsBody {

    /** The greatest size of a body in bytes. */
    static final int MOST_BYTES = 16 * 1024;

    /** The greatest count. */
    static final int MOST_IDS = 100_000;

    private static final byte[] USUAL = "{\"count\":".getBytes(StandardCharsets.US_ASCII);

    private IdsBody() {}

    /**
     * Reads a body.
     *
     * @return the count, in [1, {@link #MOST_IDS}]
     * @throws ProblemException if it is anything else
     */
    static int count(byte[] body) {
        OptionalInt usual = usualCount(body);
        return usual.isPresent() ? usual.getAsInt() : parsedCount(body);
    }

    /** The form without blanks that clients send; anything else goes to the parser. */
    private static OptionalInt usualCount(byte[] body) {
        int digits = body.length - USUAL.length - 1;
        if (digits < 1 || digits > 5 || body[body.length - 1] != '}' || body[USUAL.length] == '0') {
            return OptionalInt.empty();
        }
        for (int i = 0; i < USUAL.length; i++) {
            if (body[i] != USUAL[i]) {
                return OptionalInt.empty();
            }
        }
        int count = 0;
        for (int i = USUAL.length; i < body.length - 1; i++) {
            int digit = body[i] - '0';
            if (digit < 0 || digit > 9) {
                return OptionalInt.empty();
            }
            count = count * 10 + digit;
        }
        return OptionalInt.of(count);
    }

    private static int parsedCount(byte[] body) {
        if (body.length == 0) {
            throw JsonBody.invalid("the body must be a JSON object such as {\"count\":10}: it is empty");
        }
        try (JsonParser json = JsonBody.JSON.createParser(JsonBody.utf8(body))) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw JsonBody.invalid("the body must be a JSON object such as {\"count\":10}: it is "
                        + JsonBody.kind(json.currentToken()));
            }
            if (json.nextToken() == JsonToken.END_OBJECT) {
                throw JsonBody.invalid(
                        "the member count is missing: it must be a whole number in [1, " + MOST_IDS + "]");
            }
            String count = countMember(json);
            JsonToken after = json.nextToken();
            if (after != JsonToken.END_OBJECT) {
                throw JsonBody.invalid("count is the only member there is: member=" + Shown.of(json.currentName()));
            }
            if (json.nextToken() != null) {
                throw JsonBody.invalid(
                        "nothing must follow the JSON object: it is followed by " + JsonBody.kind(json.currentToken()));
            }
            return inBounds(count);
        } catch (IOException e) {
            throw JsonBody.invalid("the body must be well-formed JSON in UTF-8, every member once");
        }
    }

    private static String countMember(JsonParser json) throws IOException {
        if (!"count".equals(json.currentName())) {
            throw JsonBody.invalid("count is the only member there is: member=" + Shown.of(json.currentName()));
        }
        JsonToken value = json.nextToken();
        if (value != JsonToken.VALUE_NUMBER_INT) {
            throw JsonBody.invalid(
                    "count must be a whole number without fraction or exponent: it is " + JsonBody.kind(value));
        }
        return json.getText();
    }

    private static int inBounds(String count) {
        // Longer ones are out of bounds, whatever they are, and need not be parsed.
        long value = count.length() > 18 ? -1 : Long.parseLong(count);
        if (value < 1 || value > MOST_IDS) {
            throw Problem.of(
                            ProblemType.INVALID_COUNT,
                            "count must be in [1, " + MOST_IDS + "]: count=" + Shown.of(count))
                    .thrown();
        }
        return (int) value;
    }
}
