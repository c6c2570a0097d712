package dev.pawl.servers;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** Starts the servers with the first class that wants them, and starts again what a class has killed. */
abstract class RedisExtension<S> implements BeforeAllCallback, AfterAllCallback, ParameterResolver {

    private static final Namespace NAMESPACE = Namespace.create(RedisExtension.class);

    /** JUnit closes what is kept with a class and can be closed, with the class. */
    private record Kept(Object servers) {}

    private final Class<S> type;
    private final Map<List<String>, S> made;

    RedisExtension(Class<S> type, Map<List<String>, S> made) {
        this.type = type;
        this.made = made;
    }

    abstract S create(List<String> settings) throws Exception;

    abstract void ensureRunning(S servers) throws Exception;

    List<String> settings(Class<?> testClass) {
        return List.of();
    }

    @Override
    public final void beforeAll(ExtensionContext context) throws Exception {
        List<String> settings = settings(context.getRequiredTestClass());
        S servers = made.get(settings);
        if (servers == null) {
            servers = create(settings);
            made.put(settings, servers);
        }
        ensureRunning(servers);
        context.getStore(NAMESPACE).put(type, new Kept(servers));
    }

    @Override
    public final void afterAll(ExtensionContext context) throws Exception {
        Kept kept = context.getStore(NAMESPACE).get(type, Kept.class);
        if (kept != null) {
            ensureRunning(type.cast(kept.servers));
        }
    }

    @Override
    public final boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == type;
    }

    @Override
    public final Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return Objects.requireNonNull(context.getStore(NAMESPACE).get(type, Kept.class), "servers").servers;
    }

    static final class OfServer extends RedisExtension<RedisProcess> {

        private static final Map<List<String>, RedisProcess> MADE = new ConcurrentHashMap<>();

        OfServer() {
            super(RedisProcess.class, MADE);
        }

        @Override
        List<String> settings(Class<?> testClass) {
            return List.of(AnnotationSupport.findAnnotation(testClass, RedisServer.class)
                    .orElseThrow()
                    .settings());
        }

        @Override
        RedisProcess create(List<String> settings) throws Exception {
            return RedisProcess.create(settings.toArray(String[]::new));
        }

        @Override
        void ensureRunning(RedisProcess server) throws Exception {
            server.ensureRunning();
        }
    }

    static final class OfServers extends RedisExtension<RedisProcesses> {

        private static final Map<List<String>, RedisProcesses> MADE = new ConcurrentHashMap<>();

        OfServers() {
            super(RedisProcesses.class, MADE);
        }

        @Override
        List<String> settings(Class<?> testClass) {
            RedisServers wanted = AnnotationSupport.findAnnotation(testClass, RedisServers.class)
                    .orElseThrow();
            return Collections.nCopies(wanted.value(), wanted.set());
        }

        @Override
        RedisProcesses create(List<String> settings) throws Exception {
            List<RedisProcess> servers = new ArrayList<>();
            for (int i = 0; i < settings.size(); i++) {
                servers.add(RedisProcess.create());
            }
            return new RedisProcesses(servers);
        }

        @Override
        void ensureRunning(RedisProcesses made) throws Exception {
            for (RedisProcess server : made.servers()) {
                server.ensureRunning();
            }
        }
    }

    static final class OfSentinel extends RedisExtension<RedisSentinels> {

        private static final Map<List<String>, RedisSentinels> MADE = new ConcurrentHashMap<>();

        OfSentinel() {
            super(RedisSentinels.class, MADE);
        }

        @Override
        RedisSentinels create(List<String> settings) throws Exception {
            return RedisSentinels.create();
        }

        @Override
        void ensureRunning(RedisSentinels servers) throws Exception {
            servers.ensureRunning();
        }
    }

    static final class OfCluster extends RedisExtension<RedisClusterNodes> {

        private static final Map<List<String>, RedisClusterNodes> MADE = new ConcurrentHashMap<>();

        OfCluster() {
            super(RedisClusterNodes.class, MADE);
        }

        @Override
        RedisClusterNodes create(List<String> settings) throws Exception {
            return RedisClusterNodes.create();
        }

        @Override
        void ensureRunning(RedisClusterNodes servers) throws Exception {
            servers.ensureRunning();
        }
    }
}
