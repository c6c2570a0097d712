package dev.pawl.lock.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.common.BackendException;
import dev.pawl.etcd.Etcd;
import dev.pawl.etcd.EtcdKeys;
import dev.pawl.etcd.EtcdOptions;
import dev.pawl.servers.EtcdMembers;
import dev.pawl.servers.EtcdProcess;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.RangeRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A user of etcd with the rights that the page of this module names, and no others. */
@Tag("slow")
final class EtcdRbacLockIT extends EtcdLockContract {

    private static EtcdMembers members;
    private static Etcd etcd;

    @BeforeAll
    static void connect() throws Exception {
        members = EtcdMembers.create(1);
        EtcdProcess member = members.members().get(0);
        member.ask("/v3/auth/user/add", "{\"name\":\"root\",\"password\":\"top\"}");
        member.ask("/v3/auth/role/add", "{\"name\":\"root\"}");
        member.ask("/v3/auth/user/grant", "{\"user\":\"root\",\"role\":\"root\"}");
        member.ask("/v3/auth/user/add", "{\"name\":\"locks\",\"password\":\"secret\"}");
        member.ask("/v3/auth/role/add", "{\"name\":\"locks\"}");
        member.ask(
                "/v3/auth/role/grant",
                "{\"name\":\"locks\",\"perm\":{\"permType\":\"READWRITE\",\"key\":\"" + base64("kit-")
                        + "\",\"range_end\":\"" + base64("kit.") + "\"}}");
        member.ask("/v3/auth/user/grant", "{\"user\":\"locks\",\"role\":\"locks\"}");
        member.ask("/v3/auth/enable", "{}");
        etcd = Etcd.connect(
                EtcdOptions.of(members.endpoints().toArray(String[]::new)).withLogin("locks", "secret"));
        warmUp(etcd);
    }

    @AfterAll
    static void close() {
        etcd.close();
        members.close();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    Etcd etcd() {
        return etcd;
    }

    @Test
    void whatIsNotOfTheNamespaceIsRefused() {
        RangeRequest foreign =
                RangeRequest.newBuilder().setKey(EtcdKeys.bytes("other/x")).build();
        assertThatThrownBy(() -> etcd.call(KVGrpc.getRangeMethod(), foreign).join())
                .cause()
                .isInstanceOfSatisfying(BackendException.class, e -> {
                    assertThat(e.outcome()).isEqualTo(BackendException.Outcome.NOT_APPLIED);
                    assertThat(e).hasMessageContaining("permission denied");
                });
    }

    @Test
    void aWrongPasswordIsToldAsSuch() {
        EtcdOptions wrong =
                EtcdOptions.of(members.endpoints().toArray(String[]::new)).withLogin("locks", "guess");
        try (Etcd other = Etcd.connect(wrong)) {
            assertThatThrownBy(() -> other.call(KVGrpc.getRangeMethod(), RangeRequest.getDefaultInstance())
                            .join())
                    .cause()
                    .isInstanceOf(BackendException.class)
                    .hasMessageContaining("authentication failed");
        }
    }
}
