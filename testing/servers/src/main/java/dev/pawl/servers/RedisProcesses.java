package dev.pawl.servers;

import java.util.List;

/**
 * Several Redis servers that know nothing of each other.
 *
 * @param servers each
 */
public record RedisProcesses(List<RedisProcess> servers) {

    /** Copies the list. */
    public RedisProcesses {
        servers = List.copyOf(servers);
    }
}
