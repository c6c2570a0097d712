package dev.pawl.servers;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Starts the servers when a class first wants them, and starts again what a class has killed. */
final class ZooKeeperExtension implements AfterAllCallback, ParameterResolver {

    private static final Servers SERVERS = new Servers();

    /** What this JVM has started. */
    private static final class Servers {
        private @Nullable ZooKeeperProcess server;
        private @Nullable ZooKeeperEnsemble ensemble;

        synchronized ZooKeeperProcess server() throws IOException, InterruptedException {
            if (server == null) {
                server = ZooKeeperProcess.create();
            }
            return server;
        }

        synchronized ZooKeeperEnsemble ensemble() throws IOException, InterruptedException {
            if (ensemble == null) {
                ensemble = ZooKeeperEnsemble.create();
            }
            return ensemble;
        }

        synchronized void ensureRunning() throws IOException, InterruptedException {
            if (server != null) {
                server.ensureRunning();
                ZooKeeperProcess started = server;
                Commands.waitUntil(java.time.Duration.ofMinutes(1), started::serves);
            }
            if (ensemble != null) {
                ensemble.ensureRunning();
            }
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        SERVERS.ensureRunning();
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == ZooKeeperProcess.class || type == ZooKeeperEnsemble.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        try {
            return parameter.getParameter().getType() == ZooKeeperProcess.class ? SERVERS.server() : SERVERS.ensemble();
        } catch (IOException e) {
            throw new ParameterResolutionException("ZooKeeper does not start", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ParameterResolutionException("interrupted while ZooKeeper starts", e);
        }
    }
}
