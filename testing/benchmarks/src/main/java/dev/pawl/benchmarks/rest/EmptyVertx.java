package dev.pawl.benchmarks.rest;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;

/** A Vert.x server without a router that answers every request with the same digits: one event loop per processor. */
public final class EmptyVertx {

    private EmptyVertx() {}

    /**
     * Serves until it is killed.
     *
     * @param args port on loopback, length of the body
     */
    public static void main(String[] args) {
        int port = Integer.parseInt(args[0]);
        Buffer body = Buffer.buffer("1".repeat(Integer.parseInt(args[1])));
        DeploymentOptions perProcessor =
                new DeploymentOptions().setInstances(Runtime.getRuntime().availableProcessors());
        Vertx.vertx().deployVerticle(() -> new Server(port, body), perProcessor).onFailure(failure -> {
            System.err.println("the empty server must start: " + failure);
            System.exit(1);
        });
    }

    private static final class Server extends VerticleBase {
        private final int port;
        private final Buffer body;

        Server(int port, Buffer body) {
            this.port = port;
            this.body = body;
        }

        @Override
        public Future<HttpServer> start() {
            return vertx.createHttpServer()
                    .requestHandler(request -> request.response()
                            .putHeader("content-type", "text/plain")
                            .end(body))
                    .listen(port, "127.0.0.1");
        }
    }
}
