package dev.pawl.idgen.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.List;

/** The forms in which ids are answered, the preferred one first. */
@SuppressWarnings("ImmutableEnumChecker") // nobody writes to these arrays; a copy for every answer would be dear
enum IdFormat {
    JSON("application/json", "{\"id\":\"", "\"}", "{\"ids\":[\"", "\",\"", "\"]}"),
    TEXT("text/plain", "", "", "", "\n", "\n"),
    NDJSON("application/x-ndjson", "{\"id\":\"", "\"}\n", "{\"id\":\"", "\"}\n{\"id\":\"", "\"}\n"),
    BINARY("application/octet-stream", "", "", "", "", ""),
    /** JSON with bare numbers, on demand only: JavaScript rounds them beyond 2^53 - 1. */
    JSON_NUMBERS("application/json", "{\"id\":", "}", "{\"ids\":[", ",", "]}");

    /** The greatest number that every JSON reader keeps exactly. */
    static final long MAX_JSON_NUMBER = (1L << 53) - 1;

    /** What can be asked for by {@code Accept}. */
    static final List<IdFormat> OFFERED = List.of(JSON, TEXT, NDJSON, BINARY);

    /** What can be asked for where ids are texts. */
    static final List<IdFormat> OFFERED_AS_TEXT = List.of(JSON, TEXT, NDJSON);

    private final String mediaType;
    final byte[] openOne;
    final byte[] closeOne;
    final byte[] open;
    final byte[] between;
    final byte[] close;

    IdFormat(String mediaType, String openOne, String closeOne, String open, String between, String close) {
        this.mediaType = mediaType;
        this.openOne = openOne.getBytes(US_ASCII);
        this.closeOne = closeOne.getBytes(US_ASCII);
        this.open = open.getBytes(US_ASCII);
        this.between = between.getBytes(US_ASCII);
        this.close = close.getBytes(US_ASCII);
    }

    /** The media type without parameters, as {@code Accept} names it. */
    String mediaType() {
        return mediaType;
    }

    /** The value of {@code Content-Type}. */
    String contentType() {
        return this == TEXT ? "text/plain; charset=utf-8" : mediaType;
    }

    /** The greatest size of a body of that many ids, with the slack that its writer needs. */
    int maxSize(int count) {
        return open.length + close.length + count * (Digits.MOST + between.length) + 2 * Digits.SLACK;
    }
}
