package dev.pawl.idgen.server;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lets requests in by their API key, which stands in {@code Authorization: Bearer <key>} and, but for tinyid's calls,
 * nowhere else: a key that is known, that has not come too often, and that has the scope and the name. Confined to its
 * event loop, whose digest it uses again and again.
 */
final class Access {

    private static final String SCHEME = "Bearer ";
    private static final String POLICY = "\"requests\"";

    private final ApiKeys keys;
    private final ServiceMetrics metrics;
    private final MessageDigest digest = ApiKeys.digest();
    private @Nullable Key newest;

    Access(ApiKeys keys, ServiceMetrics metrics) {
        this.keys = keys;
        this.metrics = metrics;
    }

    ServiceMetrics metrics() {
        return metrics;
    }

    /**
     * Finds out whom a request comes from, and counts it against the limit of the key. To be called once for a request.
     *
     * @throws ProblemException if a key is demanded and the request has none that is known, or the key came too often
     */
    Key identify(HttpServerRequest request) {
        if (!keys.demanded()) {
            return Key.NOBODY;
        }
        List<String> given = request.headers().getAll(HttpHeaders.AUTHORIZATION);
        Optional<Key> found = given.size() == 1 && given.get(0).regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                ? keys.find(hash(given.get(0).substring(SCHEME.length()).strip()))
                : Optional.empty();
        if (found.isEmpty()) {
            request.response().putHeader(Replies.WWW_AUTHENTICATE, "Bearer realm=\"pawl\"");
            throw Problem.of(ProblemType.UNAUTHORIZED, "a known key must be given by the header Authorization: Bearer")
                    .thrown();
        }
        return admit(request, found.get());
    }

    /** As {@link #identify(HttpServerRequest)}, for the calls whose clients can give the key in the query only. */
    Key identify(HttpServerRequest request, String given) {
        if (!keys.demanded()) {
            return Key.NOBODY;
        }
        Key key = keys.find(hash(given))
                .orElseThrow(() -> Problem.of(ProblemType.UNAUTHORIZED, "a known key must be given as token")
                        .thrown());
        return admit(request, key);
    }

    private Key admit(HttpServerRequest request, Key key) {
        newest = key;
        if (key.limit().isPresent()) {
            requireInTime(request, key, key.limit().get());
        }
        return key;
    }

    private byte[] hash(String key) {
        return digest.digest(key.getBytes(StandardCharsets.UTF_8));
    }

    private static void requireInTime(HttpServerRequest request, Key key, RateLimit limit) {
        long nanos = limit.take();
        if (nanos > 0) {
            key.limited.increment();
            int seconds = RateLimit.seconds(nanos);
            request.response()
                    .putHeader("ratelimit-policy", POLICY + ";q=" + limit.perSecond() + ";w=1")
                    .putHeader("ratelimit", POLICY + ";r=0;t=" + seconds);
            throw Problem.retry(
                            ProblemType.TOO_MANY_REQUESTS,
                            "the key must send at most " + limit.perSecond() + " requests a second: key=" + key.name(),
                            seconds)
                    .thrown();
        }
    }

    /**
     * Lets a key pass a scope.
     *
     * @throws ProblemException if the key does not have it
     */
    static void require(Key key, Scope scope) {
        if (!key.has(scope)) {
            key.forbidden.increment();
            throw Problem.of(ProblemType.FORBIDDEN, "the key must have the scope: scope=" + scope)
                    .thrown();
        }
    }

    /**
     * Lets a key pass to a name, of whatever kind.
     *
     * @throws ProblemException if the key is limited to other names, whether or not this one exists
     */
    static void requireName(Key key, String name) {
        if (!key.reaches(name)) {
            key.forbidden.increment();
            throw Problem.of(ProblemType.FORBIDDEN, "the key must be let in for the name: name=" + Shown.of(name))
                    .thrown();
        }
    }

    /** The key that was let in or limited since this was last asked, for whoever logs requests. */
    Optional<Key> takeNewest() {
        Optional<Key> taken = Optional.ofNullable(newest);
        newest = null;
        return taken;
    }

    /** Counts a failure and answers it. */
    void fail(HttpServerRequest request, Problem problem) {
        metrics.count(problem);
        Replies.problem(request, problem);
    }
}
