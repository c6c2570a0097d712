package dev.pawl.idgen.client;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.idgen.client.Attempt.Answered;
import dev.pawl.idgen.client.Attempt.Failed;
import dev.pawl.idgen.client.Wire.Answer;
import dev.pawl.idgen.spi.Reservation;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads what the service answers. What it says goes into no message, but for the name of a problem. */
final class Answers {

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final Pattern PROBLEM = Pattern.compile("urn:pawl:problem:([a-z][a-z-]{0,39})");
    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,18}");

    private final URI service;
    private final String tag;

    Answers(URI service, String tag) {
        this.service = service;
        this.tag = tag;
    }

    /** Reads the answer to a request for a range of at most so many numbers. */
    Attempt<Reservation> reservation(Answer answer, long step) {
        if (answer.status() == 201) {
            try {
                return new Answered<>(range(members(answer.body()), step));
            } catch (IOException e) {
                return malformed(e);
            }
        }
        String problem = problem(answer);
        return switch (answer.status() + " " + problem) {
            case "404 unknown-tag" -> new Answered<>(new Reservation.UnknownTag());
            case "409 tag-paused" -> new Answered<>(new Reservation.Paused());
            case "422 exhausted" -> new Answered<>(new Reservation.Exhausted(maxId(answer)));
            default -> refused(answer, problem);
        };
    }

    /** Reads the answer to a give-back. */
    Attempt<Boolean> returned(Answer answer) {
        if (answer.status() == 200) {
            try (JsonParser json = JSON.createParser(answer.body())) {
                return new Answered<>(returned(json));
            } catch (JsonProcessingException e) {
                return malformed(notJson());
            } catch (IOException e) {
                return malformed(e);
            }
        }
        String problem = problem(answer);
        return answer.status() == 404 && problem.equals("unknown-tag")
                ? new Answered<>(false)
                : refused(answer, problem);
    }

    /** Says why there is no complete answer. */
    <T> Attempt<T> none(Throwable error) {
        boolean connected = !(error instanceof ConnectException || error instanceof HttpConnectTimeoutException);
        String what = connected ? "gave no complete answer" : "could not be connected to";
        return new Failed<>(
                new BackendException(
                        "the id service " + what + ": " + place(),
                        connected ? Outcome.UNKNOWN : Outcome.NOT_APPLIED,
                        error),
                true,
                Duration.ZERO);
    }

    /** A status below 500 says that nothing was done; one above says so only where the service was stopping. */
    private <T> Attempt<T> refused(Answer answer, String problem) {
        boolean understood = answer.status() >= 300 && answer.status() < 500;
        boolean notApplied = understood || problem.equals("draining");
        return new Failed<>(
                new BackendException(
                        "the id service refused: " + place() + ", status=" + answer.status() + ", problem=" + problem,
                        notApplied ? Outcome.NOT_APPLIED : Outcome.UNKNOWN,
                        null),
                answer.status() >= 500,
                answer.retryAfter());
    }

    /** The range may have been reserved, and then it is a gap. */
    private <T> Attempt<T> malformed(IOException e) {
        return new Failed<>(
                new BackendException(
                        "the id service's answer must follow the contract: " + place(), Outcome.UNKNOWN, e),
                false,
                Duration.ZERO);
    }

    private String place() {
        return "tag=" + tag + ", service=" + service;
    }

    private Reservation range(Map<String, String> members, long step) throws IOException {
        if (!tag.equals(members.get("tag"))) {
            throw new IOException("the range must be one of the tag that was asked for");
        }
        long first = number(members, "first");
        long last = number(members, "last");
        if (last < first || last - first >= step) {
            throw new IOException("the range must have 1 to " + step + " numbers: first=" + first + ", last=" + last);
        }
        return new Reservation.Range(first, last, number(members, "revision"));
    }

    private static long number(Map<String, String> members, String name) throws IOException {
        String text = members.getOrDefault(name, "");
        if (NUMBER.matcher(text).matches()) {
            try {
                return Long.parseLong(text);
            } catch (NumberFormatException e) {
                throw new IOException(name + " must be below 2^63", e);
            }
        }
        throw new IOException(name + " must be a whole number above 0, as a string");
    }

    private static boolean returned(JsonParser json) throws IOException {
        if (json.nextToken() == JsonToken.START_OBJECT) {
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean found = json.currentName().equals("returned");
                JsonToken value = json.nextToken();
                if (found && (value == JsonToken.VALUE_TRUE || value == JsonToken.VALUE_FALSE)) {
                    return value == JsonToken.VALUE_TRUE;
                }
                json.skipChildren();
            }
        }
        throw new IOException("returned must be true or false");
    }

    /** The members of an object that are strings. */
    private static Map<String, String> members(byte[] body) throws IOException {
        Map<String, String> members = new HashMap<>();
        try (JsonParser json = JSON.createParser(body)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("a body must be a JSON object");
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                if (json.nextToken() == JsonToken.VALUE_STRING) {
                    members.put(name, json.getText());
                }
                json.skipChildren();
            }
            if (json.nextToken() != null) {
                throw new IOException("nothing must follow the JSON object");
            }
        } catch (JsonProcessingException e) {
            throw notJson();
        }
        return members;
    }

    /** In the place of Jackson's exception, which quotes the body. */
    private static IOException notJson() {
        return new IOException("a body must be well-formed JSON, every member once");
    }

    /** The last part of a problem's type, or "none": whatever else stands there is not ours and is not repeated. */
    private static String problem(Answer answer) {
        try {
            var type = PROBLEM.matcher(members(answer.body()).getOrDefault("type", ""));
            return type.matches() ? type.group(1) : "none";
        } catch (IOException e) {
            return "none";
        }
    }

    /** The tag's greatest number if the problem says it, else the greatest that any tag has. */
    private static long maxId(Answer answer) {
        try {
            return number(members(answer.body()), "maxId");
        } catch (IOException e) {
            return Long.MAX_VALUE - 1;
        }
    }
}
