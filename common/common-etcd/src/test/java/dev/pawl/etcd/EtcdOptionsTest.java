package dev.pawl.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class EtcdOptionsTest {

    @Test
    void endpointsAreHostAndPort() {
        assertThat(EtcdOptions.of("etcd-1:2379", "[::1]:2379").endpoints()).hasSize(2);
        for (String endpoint : List.of("etcd-1", "http://etcd-1:2379", "etcd-1:2379/x", "etcd-1:0", "", " :1")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> EtcdOptions.of(endpoint))
                    .withMessage("endpoint must be host:port: endpoint=" + endpoint);
        }
        assertThatIllegalArgumentException().isThrownBy(EtcdOptions::of).withMessage("endpoints must not be empty");
    }

    @Test
    void theTimeoutIsPositive() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EtcdOptions.of("a:1").withTimeout(Duration.ZERO))
                .withMessage("timeout must be > 0: timeout=PT0S");
    }

    @Test
    void aPasswordIsNotShown() {
        assertThat(EtcdOptions.of("a:1").withLogin("locks", "secret").toString())
                .contains("locks")
                .doesNotContain("secret");
    }
}
