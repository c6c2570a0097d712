package dev.pawl.delay.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.delay.spi.Partition;
import dev.pawl.redis.RedisKeys;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class PartitionKeysTest {

    private final RedisKeys keys = new RedisKeys("shop");

    @Test
    void theNumberIsWithinTheBraces() {
        PartitionKeys made = new PartitionKeys(keys, new Partition("mail", 7));
        assertThat(made.all).hasSize(10).startsWith("shop:delay:{mail:7}:jobs", "shop:delay:{mail:7}:times");
        assertThat(made.channelName).isEqualTo("shop:delay:{mail:7}:hints");
        assertThat(made.withConsumers).hasSize(6).endsWith("shop:delay:{mail:7}:consumers");
    }

    @Test
    void noTwoPartitionsHaveTheSameKeys() {
        List<String> first = Stream.of(
                        new Partition("a", 1),
                        new Partition("a:1", 1),
                        new Partition("a:1", 0),
                        new Partition("a", 11),
                        new Partition("a}", 1),
                        new Partition("a%7D", 1),
                        new Partition("\u00e4", 1))
                .map(partition -> new PartitionKeys(keys, partition).all.get(0))
                .toList();
        assertThat(first).doesNotHaveDuplicates().allMatch(key -> key.indexOf('}') == key.lastIndexOf('}'));
    }

    @Test
    void theLongestNamesHaveKeysAndIssuers() {
        Partition longest = new Partition("/".repeat(Partition.GREATEST_BYTES), Partition.MOST - 1);
        assertThat(new PartitionKeys(keys, longest).all).doesNotHaveDuplicates();
    }
}
