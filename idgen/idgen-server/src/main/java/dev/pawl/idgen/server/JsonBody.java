package dev.pawl.idgen.server;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A body that is one flat JSON object of known members, each once. Numbers that may pass 2^53 are strings. Immutable. */
final class JsonBody {

    static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final Map<String, Value> members;

    private record Value(JsonToken token, String text) {}

    private JsonBody(Map<String, Value> members) {
        this.members = members;
    }

    /**
     * Reads a body; an empty one is an object without members.
     *
     * @throws ProblemException if it is anything else
     */
    static JsonBody parse(byte[] body, Set<String> known) {
        Map<String, Value> members = new LinkedHashMap<>();
        if (body.length == 0) {
            return new JsonBody(members);
        }
        try (JsonParser json = JSON.createParser(utf8(body))) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw invalid("the body must be a JSON object: it is " + kind(json.currentToken()));
            }
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String name = json.currentName();
                if (!known.contains(name)) {
                    throw invalid(
                            "a member must be of " + known.stream().sorted().toList() + ": member=" + Shown.of(name));
                }
                JsonToken token = json.nextToken();
                if (token.isStructStart()) {
                    throw invalid(name + " must be a plain value: it is " + kind(token));
                }
                members.put(name, new Value(token, json.getText()));
            }
            if (json.nextToken() != null) {
                throw invalid("nothing must follow the JSON object: it is followed by " + kind(json.currentToken()));
            }
        } catch (IOException e) {
            throw invalid("the body must be well-formed JSON in UTF-8, every member once");
        }
        return new JsonBody(members);
    }

    boolean isEmpty() {
        return members.isEmpty();
    }

    /** A member that is a JSON number without fraction or exponent. */
    OptionalLong count(String name, long most) {
        Value value = members.get(name);
        if (value == null) {
            return OptionalLong.empty();
        }
        if (value.token() != JsonToken.VALUE_NUMBER_INT) {
            throw invalid(name + " must be a whole number without fraction or exponent: it is " + kind(value.token()));
        }
        long count = value.text().length() > 18 ? -1 : Long.parseLong(value.text());
        if (count < 1 || count > most) {
            throw invalid(name + " must be in [1, " + most + "]: " + name + "=" + Shown.of(value.text()));
        }
        return OptionalLong.of(count);
    }

    /** A member that is an id, written as a string of digits. */
    OptionalLong id(String name) {
        Optional<String> text = text(name);
        return text.isEmpty() ? OptionalLong.empty() : OptionalLong.of(id(name, text.get()));
    }

    /** Reads an id of at most 2^63 - 2. */
    static long id(String name, String text) {
        // Of 19 digits some are beyond a long; those wrap below zero in this reading.
        long id = text.matches("0|[1-9][0-9]{0,18}") ? Long.parseUnsignedLong(text) : -1;
        if (id < 0 || id == Long.MAX_VALUE) {
            throw invalid(name + " must be a string of digits, at most 2^63 - 2: " + name + "=" + Shown.of(text));
        }
        return id;
    }

    Optional<String> text(String name) {
        Value value = members.get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (value.token() != JsonToken.VALUE_STRING) {
            throw invalid(name + " must be a string: it is " + kind(value.token()));
        }
        return Optional.of(value.text());
    }

    Optional<Boolean> bool(String name) {
        Value value = members.get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (!value.token().isBoolean()) {
            throw invalid(name + " must be true or false: it is " + kind(value.token()));
        }
        return Optional.of(value.token() == JsonToken.VALUE_TRUE);
    }

    static String utf8(byte[] body) throws CharacterCodingException {
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    }

    static String kind(@Nullable JsonToken token) {
        if (token == null) {
            return "blank";
        }
        return switch (token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT -> "a number";
            case VALUE_NUMBER_FLOAT -> "a number with a fraction or an exponent";
            case VALUE_TRUE, VALUE_FALSE -> "a boolean";
            case VALUE_NULL -> "null";
            default -> "something else";
        };
    }

    static ProblemException invalid(String detail) {
        return Problem.of(ProblemType.INVALID_BODY, detail).thrown();
    }
}
