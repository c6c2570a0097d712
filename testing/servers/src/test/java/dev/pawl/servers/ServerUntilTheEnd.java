package dev.pawl.servers;

import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** A program that starts a server, says where, and waits to be ended. */
final class ServerUntilTheEnd {

    private ServerUntilTheEnd() {}

    public static void main(String[] args) throws Exception {
        PostgresServer server = PostgresServer.open(List.of("fsync=off"));
        System.out.println(server.pid());
        while (true) {
            LockSupport.park();
        }
    }
}
