package dev.pawl.idgen.jdbc;

import dev.pawl.servers.CuttingProxy;
import dev.pawl.servers.PostgresServer;
import java.io.IOException;
import java.net.URI;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Data sources without a pool, to a server or through a proxy in front of it. */
final class PostgresData {

    private PostgresData() {}

    static DataSource source(String url) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(url);
        return dataSource;
    }

    static CuttingProxy proxy(PostgresServer server) throws IOException {
        URI uri = URI.create(server.url().substring("jdbc:".length()));
        return CuttingProxy.to(uri.getHost(), uri.getPort());
    }

    static DataSource through(CuttingProxy proxy, PostgresServer server) {
        return source(server.url().replaceFirst("//[^/]*/", "//127.0.0.1:" + proxy.port() + "/"));
    }
}
