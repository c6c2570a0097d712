package dev.pawl.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

final class MySqlServerTest {

    @Test
    void withoutAUrlTheTestsAreSkippedWithTheReason() {
        assertThatExceptionOfType(TestAbortedException.class)
                .isThrownBy(() -> MySqlServer.required(Optional.empty()))
                .withMessageContaining("PAWL_MYSQL_URL");
        assertThat(MySqlServer.required(Optional.of("jdbc:mariadb://db/"))).isEqualTo("jdbc:mariadb://db/");
    }
}
