package dev.pawl.idgen.server;

import java.time.Duration;
import java.util.Optional;

/**
 * Where and how the service listens.
 *
 * @param host the address to listen on
 * @param port the port, 0 for any free one
 * @param idleTimeout how long a connection may be without a request
 * @param bodyTimeout how long a body may take to arrive
 * @param drainTimeout how long open requests have to finish at a stop
 * @param tls certificate and key, or empty to speak in clear text
 * @param accessLog whether every request is logged
 * @param dropIn the routes of other services that are answered too
 */
record HttpSettings(
        String host,
        int port,
        Duration idleTimeout,
        Duration bodyTimeout,
        Duration drainTimeout,
        Optional<Tls> tls,
        boolean accessLog,
        DropIn dropIn) {}
