package dev.pawl.lock.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.KeyValue;
import java.util.List;
import org.junit.jupiter.api.Test;

final class EntryTest {

    private static Entry of(ByteString value) {
        return Entry.of(KeyValue.newBuilder()
                .setValue(value)
                .setCreateRevision(5)
                .setModRevision(8)
                .setLease(3)
                .build());
    }

    @Test
    void whatWasWrittenIsRead() {
        assertThat(of(Entry.waits("s-1"))).isEqualTo(new Entry("s-1", 'W', 0, 5, 8, 3));
        assertThat(of(Entry.holds("s-1"))).isEqualTo(new Entry("s-1", 'G', 8, 5, 8, 3));
        assertThat(of(Entry.holdsStill("s-1", 7))).isEqualTo(new Entry("s-1", 'G', 7, 5, 8, 3));
        assertThat(of(Entry.refused("s-1", 7))).isEqualTo(new Entry("s-1", 'R', 7, 5, 8, 3));
    }

    @Test
    void whatSomebodyElseHasWrittenMeansNothing() {
        for (String value :
                List.of("", "G", "/G", "s-1/", "s-1/W7", "s-1/X", "s 1/G", "s-1/G7x", "s-1/G1234567890123456789")) {
            Entry entry = of(ByteString.copyFromUtf8(value));
            assertThat(entry.isStrange()).as(value).isTrue();
            assertThat(entry.isOf("s-1")).as(value).isFalse();
            assertThat(entry.holds() || entry.waits()).as(value).isFalse();
        }
    }
}
