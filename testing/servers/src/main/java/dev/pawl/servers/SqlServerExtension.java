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
abstract class SqlServerExtension<S extends SqlServer>
        implements BeforeAllCallback, AfterAllCallback, ParameterResolver {

    private static final Namespace NAMESPACE = Namespace.create(SqlServerExtension.class);

    private final Class<S> type;

    SqlServerExtension(Class<S> type) {
        this.type = type;
    }

    /** Opens the server that the class asks for. */
    abstract S open(Class<?> testClass) throws Exception;

    @Override
    public final void beforeAll(ExtensionContext context) throws Exception {
        context.getStore(NAMESPACE).put(type, open(context.getRequiredTestClass()));
    }

    /** A server that the class left paused or killed runs again for the next one. */
    @Override
    public final void afterAll(ExtensionContext context) throws Exception {
        S server = context.getStore(NAMESPACE).get(type, type);
        if (server != null) {
            server.dropDatabases();
        }
    }

    @Override
    public final boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == type;
    }

    @Override
    public final Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return Objects.requireNonNull(context.getStore(NAMESPACE).get(type, type), "server");
    }

    static final class OfPostgres extends SqlServerExtension<PostgresServer> {

        OfPostgres() {
            super(PostgresServer.class);
        }

        @Override
        PostgresServer open(Class<?> testClass) throws Exception {
            return PostgresServer.open(List.of(AnnotationSupport.findAnnotation(testClass, Postgres.class)
                    .orElseThrow()
                    .settings()));
        }
    }

    static final class OfMariaDb extends SqlServerExtension<MariaDbServer> {

        OfMariaDb() {
            super(MariaDbServer.class);
        }

        @Override
        MariaDbServer open(Class<?> testClass) throws Exception {
            return MariaDbServer.open(List.of(AnnotationSupport.findAnnotation(testClass, MariaDb.class)
                    .orElseThrow()
                    .settings()));
        }
    }

    static final class OfMySql extends SqlServerExtension<MySqlServer> {

        OfMySql() {
            super(MySqlServer.class);
        }

        @Override
        MySqlServer open(Class<?> testClass) throws Exception {
            return MySqlServer.open();
        }
    }
}
