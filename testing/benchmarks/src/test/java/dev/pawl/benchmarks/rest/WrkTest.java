package dev.pawl.benchmarks.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class WrkTest {

    private static final String OUTPUT = """
            Running 5s test @ http://127.0.0.1:8080/
              2 threads and 64 connections
              Thread Stats   Avg      Stdev     Max   +/- Stdev
                Latency   586.45us    1.05ms  36.71ms   94.31%
                Req/Sec    71.02k     5.10k   80.11k    72.00%
              Latency Distribution
                 50%  380.00us
                 75%  560.00us
                 90%    1.02ms
                 99%    4.50ms
              706,000 is not what it prints
              706000 requests in 5.00s, 2.00GB read
            Requests/sec: 141200.50
            Transfer/sec:    409.60MB
            """;

    @Test
    void readsWhatWrkPrints() {
        Wrk.Result result = Wrk.parse(OUTPUT);

        assertThat(result.requests()).isEqualTo(706_000);
        assertThat(result.perSecond()).isEqualTo(141_200.5);
        assertThat(result.bytesPerAnswer()).isEqualTo(2.0 * (1L << 30) / 706_000);
        assertThat(result.p99Micros()).isEqualTo(4_500);
    }

    @Test
    void anAnswerThatIsNoSuccessFailsTheRun() {
        assertThatThrownBy(() -> Wrk.parse(OUTPUT + "  Non-2xx or 3xx responses: 1\n"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Non-2xx");
    }

    @Test
    void aConnectionThatFailsFailsTheRun() {
        assertThatThrownBy(() -> Wrk.parse(OUTPUT + "  Socket errors: connect 0, read 3, write 0, timeout 0\n"))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void outputWithoutTotalsIsRefused() {
        assertThatThrownBy(() -> Wrk.parse("unable to connect")).isInstanceOf(IllegalStateException.class);
    }
}
