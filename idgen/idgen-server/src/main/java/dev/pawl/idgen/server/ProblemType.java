package dev.pawl.idgen.server;

import java.util.Locale;

/** The kinds of failure a client can be told of. Their names are part of the API: {@code urn:pawl:problem:<name>}. */
enum ProblemType {
    MALFORMED_REQUEST(400, "The request is not HTTP as this service understands it"),
    INVALID_BODY(400, "The body is not what this call takes"),
    INVALID_COUNT(400, "The count is out of bounds"),
    INVALID_PARAMETER(400, "A parameter is unknown, missing or wrong"),
    INVALID_ID(400, "The id is not one of this generator's"),
    UNAUTHORIZED(401, "A valid API key is needed"),
    FORBIDDEN(403, "The API key is not let in for this"),
    NOT_FOUND(404, "There is no such resource"),
    UNKNOWN_GENERATOR(404, "There is no such generator"),
    NO_LAYOUT(404, "The generator's ids have no layout"),
    UNKNOWN_TAG(404, "There is no such tag"),
    UNKNOWN_LEASE(404, "There is no such lease of a worker id"),
    METHOD_NOT_ALLOWED(405, "The method is not allowed here"),
    NOT_ACCEPTABLE(406, "None of the accepted forms can be given"),
    REQUEST_TIMEOUT(408, "The body did not arrive in time"),
    ID_TOO_FAR_AHEAD(409, "The id that was seen is too far ahead of the clock"),
    TAG_PAUSED(409, "An operator has paused the tag"),
    PRECONDITION_FAILED(412, "It is not what the condition says"),
    BODY_TOO_LARGE(413, "The body is too large"),
    URI_TOO_LONG(414, "The request line is too long"),
    UNSUPPORTED_MEDIA_TYPE(415, "The body's type is not supported"),
    EXPECTATION_FAILED(417, "The expectation cannot be met"),
    EXHAUSTED(422, "The ids are used up"),
    INVALID_BOUNDS(422, "The bounds are out of order, or would move back"),
    PRECONDITION_REQUIRED(428, "A change must name what it changes"),
    TOO_MANY_REQUESTS(429, "The API key came too often"),
    HEADERS_TOO_LARGE(431, "The header fields are too large"),
    INTERNAL(500, "The service failed"),
    NOT_IMPLEMENTED(501, "The service cannot do this"),
    STORE_UNAVAILABLE(503, "The store did not give ids in time"),
    STORE_WENT_BACK(503, "The store offers ids that were given before"),
    CLOCK_MOVED_BACK(503, "The clock was set back"),
    WORKER_IDS_EXHAUSTED(503, "All worker ids are leased"),
    LEASE_LOST(503, "The worker id's lease was lost"),
    CLOCK_SKEW(503, "The clock and the store's clock are too far apart"),
    LAYOUT_MISMATCH(503, "The worker ids belong to another layout"),
    TOO_FAST(503, "Demand is above what the layout can give"),
    DRAINING(503, "The service is stopping");

    private final int status;
    private final String title;

    ProblemType(int status, String title) {
        this.status = status;
        this.title = title;
    }

    int status() {
        return status;
    }

    String title() {
        return title;
    }

    /** The last part of the URI. */
    String slug() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    String uri() {
        return "urn:pawl:problem:" + slug();
    }
}
