package dev.pawl.etcd;

import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Where etcd is, and how it is spoken to. Immutable.
 *
 * @param endpoints each member as {@code host:port}; calls go to them in turn, and to those that are reached
 * @param login a user of etcd with a password, if it asks for one
 * @param credentials plain text, or TLS as {@link io.grpc.TlsChannelCredentials} makes it
 * @param timeout how long a call waits for its answer, positive
 */
public record EtcdOptions(
        List<String> endpoints, Optional<Login> login, ChannelCredentials credentials, Duration timeout) {

    /**
     * A user of etcd. Does not show the password.
     *
     * @param user the name
     * @param password the password
     */
    public record Login(String user, String password) {

        /** Checks that both are given. */
        public Login {
            Objects.requireNonNull(user, "user");
            Objects.requireNonNull(password, "password");
        }

        @Override
        public String toString() {
            return "Login[user=" + user + "]";
        }
    }

    /** Checks the options. */
    public EtcdOptions {
        endpoints = List.copyOf(endpoints);
        Objects.requireNonNull(login, "login");
        Objects.requireNonNull(credentials, "credentials");
        if (endpoints.isEmpty()) {
            throw new IllegalArgumentException("endpoints must not be empty");
        }
        endpoints.forEach(Endpoints::address);
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("timeout must be > 0: timeout=" + timeout);
        }
    }

    /**
     * Returns options in plain text, without a user, with a timeout of 2 s.
     *
     * @param endpoints each member as {@code host:port}
     * @return the options
     * @throws IllegalArgumentException if there is none, or one has no port
     */
    public static EtcdOptions of(String... endpoints) {
        return new EtcdOptions(
                List.of(endpoints), Optional.empty(), InsecureChannelCredentials.create(), Duration.ofSeconds(2));
    }

    /**
     * Returns the same for a user.
     *
     * @param user the name
     * @param password the password
     * @return changed options
     */
    public EtcdOptions withLogin(String user, String password) {
        return new EtcdOptions(endpoints, Optional.of(new Login(user, password)), credentials, timeout);
    }

    /**
     * Returns the same over TLS.
     *
     * @param changed what to trust, and what to show
     * @return changed options
     */
    public EtcdOptions withCredentials(ChannelCredentials changed) {
        return new EtcdOptions(endpoints, login, changed, timeout);
    }

    /**
     * Returns the same with another timeout.
     *
     * @param changed how long a call waits for its answer, positive
     * @return changed options
     */
    public EtcdOptions withTimeout(Duration changed) {
        return new EtcdOptions(endpoints, login, credentials, changed);
    }
}
