package dev.pawl.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** etcd alone and as three members, as tests get it. */
@Tag("slow")
final class EtcdMembersIT {

    private static final String PUT = "{\"key\":\"YQ==\",\"value\":\"YQ==\"}";

    @Test
    void oneMemberKeepsWhatItTookOverAKill() throws Exception {
        try (EtcdMembers alone = EtcdMembers.create(1)) {
            EtcdProcess member = alone.leader();
            member.ask("/v3/kv/put", PUT);
            member.kill();
            assertThatIOException().isThrownBy(() -> member.ask("/v3/kv/put", PUT));
            member.start();
            assertThat(member.ask("/v3/kv/range", "{\"key\":\"YQ==\"}")).contains("\"count\":\"1\"");
        }
    }

    @Test
    void threeMembersHaveALeaderThatMovesAndMayDie() throws Exception {
        try (EtcdMembers three = EtcdMembers.create(3)) {
            EtcdProcess first = three.leader();
            three.moveLeader();
            EtcdProcess second = three.leader();
            assertThat(second).isNotSameAs(first);
            second.kill();
            Commands.waitUntil(
                    Duration.ofSeconds(20),
                    () -> three.members().stream()
                                    .filter(EtcdMembersIT::takesWrites)
                                    .count()
                            == 2);
            three.ensureRunning();
            assertThat(three.members()).allMatch(EtcdMembersIT::takesWrites);
        }
    }

    private static boolean takesWrites(EtcdProcess member) {
        try {
            return !member.ask("/v3/kv/put", PUT).isEmpty();
        } catch (IOException e) {
            return false;
        }
    }
}
