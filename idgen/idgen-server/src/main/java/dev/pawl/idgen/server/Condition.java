package dev.pawl.idgen.server;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a change was made of, by RFC 9110 section 13: {@code If-Match} with the entity tag that was read, or
 * {@code If-None-Match: *} for what is to be new. Immutable.
 *
 * @param create whether it must not exist yet
 * @param revision the revision that it must have else; empty if the entity tag cannot be one of ours
 */
record Condition(boolean create, OptionalLong revision) {

    private static final Pattern OURS = Pattern.compile("\"(0|[1-9][0-9]{0,17})\"");
    private static final Pattern ENTITY_TAG = Pattern.compile("(W/)?\"[^\"]*\"");

    /**
     * Reads the condition of a request.
     *
     * @throws ProblemException if there is none, or it is malformed
     */
    static Condition of(HttpServerRequest request) {
        List<String> match = request.headers().getAll(HttpHeaders.IF_MATCH);
        List<String> noneMatch = request.headers().getAll(HttpHeaders.IF_NONE_MATCH);
        if (match.isEmpty() && noneMatch.isEmpty()) {
            throw Problem.of(
                            ProblemType.PRECONDITION_REQUIRED,
                            "If-Match must name the ETag that was read, or If-None-Match: * be given to create")
                    .thrown();
        }
        if (match.size() + noneMatch.size() > 1) {
            throw malformed("If-Match or If-None-Match must be given, once");
        }
        if (match.isEmpty()) {
            if (!noneMatch.get(0).strip().equals("*")) {
                throw malformed("If-None-Match must be *: If-None-Match=" + Shown.of(noneMatch.get(0)));
            }
            return new Condition(true, OptionalLong.empty());
        }
        String tag = match.get(0).strip();
        Matcher ours = OURS.matcher(tag);
        if (ours.matches()) {
            return new Condition(false, OptionalLong.of(Long.parseLong(ours.group(1))));
        }
        if (!ENTITY_TAG.matcher(tag).matches()) {
            throw malformed("If-Match must be one ETag in quotation marks: If-Match=" + Shown.of(tag));
        }
        return new Condition(false, OptionalLong.empty());
    }

    /** As {@link #of}, where nothing can be created. */
    static Condition ofChange(HttpServerRequest request) {
        Condition condition = of(request);
        if (condition.create()) {
            throw failed();
        }
        return condition;
    }

    /**
     * Checks the revision that there is.
     *
     * @throws ProblemException if it is another
     */
    void require(long present) {
        if (revision.isEmpty() || revision.getAsLong() != present) {
            throw failed();
        }
    }

    static ProblemException failed() {
        return Problem.of(ProblemType.PRECONDITION_FAILED, "it has changed since it was read; read it again")
                .thrown();
    }

    private static ProblemException malformed(String detail) {
        return Problem.of(ProblemType.MALFORMED_REQUEST, detail).thrown();
    }
}
