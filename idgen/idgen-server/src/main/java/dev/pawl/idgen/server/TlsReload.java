package dev.pawl.idgen.server;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shows a new certificate to new connections once its files have changed. Open connections keep the old one. */
final class TlsReload {

    /** How often the files are read. */
    static final Duration PERIOD = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(TlsReload.class);

    private TlsReload() {}

    /** Looks at the files, beside the event loop. */
    static void look(Vertx vertx, HttpServer server, Tls tls) {
        vertx.executeBlocking(tls::changed)
                .onSuccess(changed -> changed.ifPresent(pem -> replace(server, pem)))
                .onFailure(e -> LOG.warn("The certificate was not replaced: {}", e.getMessage()));
    }

    private static void replace(HttpServer server, PemKeyCertOptions pem) {
        // HTTP/1.1 is all that is spoken, so there is nothing to negotiate.
        server.updateSSLOptions(new ServerSSLOptions().setKeyCertOptions(pem).setUseAlpn(false))
                .onSuccess(replaced -> LOG.info("New connections get the new certificate"))
                .onFailure(e -> LOG.warn("The certificate was not replaced", e));
    }
}
