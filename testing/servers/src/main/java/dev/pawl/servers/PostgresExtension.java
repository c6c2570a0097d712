package dev.pawl.servers;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** Starts the server with the first class that wants it, and gives each class its database. */
final class PostgresExtension implements BeforeAllCallback, AfterAllCallback, ParameterResolver {

    private static final Namespace NAMESPACE = Namespace.create(PostgresExtension.class);

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        Postgres annotation = AnnotationSupport.findAnnotation(context.getRequiredTestClass(), Postgres.class)
                .orElseThrow();
        PostgresServer server = PostgresServer.open(List.of(annotation.settings()));
        context.getStore(NAMESPACE).put(PostgresServer.class, server);
    }

    /** A server that the class left paused or killed runs again for the next one. */
    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        PostgresServer server = context.getStore(NAMESPACE).get(PostgresServer.class, PostgresServer.class);
        if (server != null) {
            server.dropDatabases();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == PostgresServer.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return Objects.requireNonNull(
                context.getStore(NAMESPACE).get(PostgresServer.class, PostgresServer.class), "server");
    }
}
