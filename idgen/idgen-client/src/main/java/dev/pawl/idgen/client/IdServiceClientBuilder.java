package dev.pawl.idgen.client;

import dev.pawl.common.Ticker;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The configuration of an {@link IdServiceClient}. Not thread-safe. */
public final class IdServiceClientBuilder {

    private static final Pattern KEY = Pattern.compile("[!-~]{1,256}");
    private static final Duration SHORTEST = Duration.ofMillis(10);
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private final List<URI> services;
    private @Nullable String apiKey;
    private Duration attemptTimeout = Duration.ofSeconds(2);
    private Duration connectTimeout = Duration.ofSeconds(1);
    private Ticker ticker = Ticker.system();

    IdServiceClientBuilder(List<URI> services) {
        this.services = services;
    }

    /**
     * Sets the API key that is sent as a bearer token.
     *
     * @param key 1 to 256 visible ASCII characters; none is sent if not set
     * @return this
     * @throws IllegalArgumentException if it is not that; the message does not show it
     */
    public IdServiceClientBuilder apiKey(String key) {
        if (!KEY.matcher(key).matches()) {
            throw new IllegalArgumentException("apiKey must be 1 to 256 visible ASCII characters");
        }
        this.apiKey = key;
        return this;
    }

    /**
     * Sets how long one attempt may take, connecting included. The service is told, so that it does not reserve for a
     * caller that is gone.
     *
     * @param duration from 10 ms to 10 s; 2 s if not set
     * @return this
     * @throws IllegalArgumentException if it is out of bounds
     */
    public IdServiceClientBuilder attemptTimeout(Duration duration) {
        this.attemptTimeout = inBounds("attemptTimeout", duration);
        return this;
    }

    /**
     * Sets how long connecting may take.
     *
     * @param duration from 10 ms to 10 s; 1 s if not set
     * @return this
     * @throws IllegalArgumentException if it is out of bounds
     */
    public IdServiceClientBuilder connectTimeout(Duration duration) {
        this.connectTimeout = inBounds("connectTimeout", duration);
        return this;
    }

    /**
     * Sets the source of durations for the retry budget and for pauses, and for generators of this client.
     *
     * @param source the system's if not set
     * @return this
     */
    public IdServiceClientBuilder ticker(Ticker source) {
        this.ticker = Objects.requireNonNull(source, "source");
        return this;
    }

    private static Duration inBounds(String name, Duration duration) {
        if (duration.compareTo(SHORTEST) < 0 || duration.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(name + " must be in [10 ms, 10 s]: " + name + "=" + duration);
        }
        return duration;
    }

    /**
     * Makes the client. It connects with the first call.
     *
     * @return the client; close it after use, behind its generators
     * @throws IllegalArgumentException if an address is no service's: not http or https, without a host, with a port
     *     beyond 65535, a user, a query or a fragment, or there twice
     */
    public IdServiceClient build() {
        Services checked = new Services(services);
        return new IdServiceClient(
                checked, new HttpWire(Optional.ofNullable(apiKey), attemptTimeout, connectTimeout), ticker);
    }
}
