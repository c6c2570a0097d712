package dev.pawl.servers;

import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** A program that starts the server of a test, says where, and waits to be ended. Argument: the test's simple name. */
final class ServerUntilTheEnd {

    private ServerUntilTheEnd() {}

    public static void main(String[] args) throws Exception {
        SqlServer server = args[0].startsWith("Postgres")
                ? PostgresServer.open(List.of("fsync=off"))
                : MariaDbServer.open(List.of("max_connections=20"));
        System.out.println(server.pid());
        while (true) {
            LockSupport.park();
        }
    }
}
