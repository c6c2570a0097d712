package dev.pawl.delay.redis;

import dev.pawl.delay.spi.Partition;
import dev.pawl.redis.RedisKeys;
import java.util.List;
import java.util.stream.Stream;

/**
 * The keys of a partition, all in one slot, in the order in which the scripts number them. The number stands behind the name within
 * the braces, so that the partitions of a queue lie in slots of their own.
 */
final class PartitionKeys {

    private static final List<String> PARTS =
            List.of("jobs", "times", "states", "keys", "dead", "done-a", "done-b", "claims-a", "claims-b", "consumers");

    final List<String> all;
    final List<String> upToDead;
    final List<String> upToDone;
    final List<String> upToClaims;
    final List<String> withConsumers;
    final String channelName;
    final byte[] channel;

    PartitionKeys(RedisKeys keys, Partition partition) {
        String name = keys.key("delay", partition.queue());
        String tag = name.substring(0, name.length() - 1) + ":" + partition.number() + "}:";
        all = PARTS.stream().map(part -> tag + part).toList();
        upToDead = all.subList(0, 5);
        upToDone = all.subList(0, 7);
        upToClaims = all.subList(0, 9);
        withConsumers = Stream.concat(upToDead.stream(), Stream.of(all.get(9))).toList();
        channelName = tag + "hints";
        channel = JobScripts.text(channelName);
    }
}
