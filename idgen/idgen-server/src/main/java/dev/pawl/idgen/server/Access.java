package dev.pawl.idgen.server;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;

/** Lets requests in by their API key, which stands in {@code Authorization: Bearer <key>} and nowhere else. */
final class Access {

    private static final String SCHEME = "Bearer ";

    private final ApiKeys keys;
    private final ServiceMetrics metrics;

    Access(ApiKeys keys, ServiceMetrics metrics) {
        this.keys = keys;
        this.metrics = metrics;
    }

    ServiceMetrics metrics() {
        return metrics;
    }

    /**
     * Lets a request pass.
     *
     * @throws ProblemException if a key is demanded and the request has none that is known
     */
    void require(HttpServerRequest request) {
        if (!keys.demanded()) {
            return;
        }
        List<String> given = request.headers().getAll(HttpHeaders.AUTHORIZATION);
        boolean known = given.size() == 1
                && given.get(0).regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                && keys.contains(given.get(0).substring(SCHEME.length()).strip());
        if (!known) {
            request.response().putHeader(Replies.WWW_AUTHENTICATE, "Bearer realm=\"pawl\"");
            throw Problem.of(ProblemType.UNAUTHORIZED, "a known key must be given by the header Authorization: Bearer")
                    .thrown();
        }
    }

    /** Counts a failure and answers it. */
    void fail(HttpServerRequest request, Problem problem) {
        metrics.count(problem);
        Replies.problem(request, problem);
    }
}
