package dev.pawl.idgen.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class EmbeddedH2Test {

    @Test
    void theUrlWritesWithoutDelayAndLeavesClosingToTheProgram() {
        assertThat(EmbeddedH2.url(Path.of("/data/ids")))
                .isEqualTo("jdbc:h2:file:" + Path.of("/data/ids").toAbsolutePath()
                        + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE");
    }

    @Test
    void aRelativePathIsMadeAbsoluteSinceH2RefusesIt() {
        assertThat(EmbeddedH2.url(Path.of("data", "..", "ids")))
                .contains(Path.of("ids").toAbsolutePath() + ";");
    }

    @Test
    void aPathThatWouldEndTheUrlOrHasNoNameIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> EmbeddedH2.url(Path.of("a;WRITE_DELAY=500")));
        assertThatIllegalArgumentException().isThrownBy(() -> EmbeddedH2.url(Path.of("")));
        assertThatIllegalArgumentException().isThrownBy(() -> EmbeddedH2.url(Path.of("/")));
    }
}
