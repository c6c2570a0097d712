package dev.pawl.lock.jdbc;

import dev.pawl.servers.CuttingProxy;
import dev.pawl.servers.SqlServer;
import java.io.IOException;
import java.net.URI;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.mariadb.jdbc.MariaDbDataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Data sources without a pool, to a server or through a proxy in front of it. */
final class ServerData {

    private ServerData() {}

    static DataSource source(String url) throws SQLException {
        if (url.startsWith("jdbc:mariadb:")) {
            return new MariaDbDataSource(url);
        }
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(url);
        return dataSource;
    }

    static CuttingProxy proxy(SqlServer server) throws IOException {
        URI uri = URI.create(server.url().substring("jdbc:".length()));
        return CuttingProxy.to(uri.getHost(), uri.getPort());
    }

    static DataSource through(CuttingProxy proxy, SqlServer server) throws SQLException {
        return source(server.url().replaceFirst("//[^/]*/", "//127.0.0.1:" + proxy.port() + "/"));
    }
}
