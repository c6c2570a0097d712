package dev.pawl.idgen.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AcceptsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*/*|JSON",
                "''|JSON",
                "application/*|JSON",
                "text/*|TEXT",
                "text/plain|TEXT",
                "TEXT/Plain|TEXT",
                "text/plain;charset=utf-8|TEXT",
                "text/plain; charset=\"US-ASCII\"|TEXT",
                "application/json|JSON",
                "application/x-ndjson|NDJSON",
                "application/octet-stream|BINARY",
                "text/plain, */*|TEXT",
                "text/plain, */*;q=0.8|TEXT",
                "text/plain;q=0.5, application/octet-stream|BINARY",
                "text/plain;q=0.5, application/octet-stream;q=0.4|TEXT",
                "text/plain;q=0.501, application/json;q=0.5|TEXT",
                "text/plain, application/json|JSON",
                "application/json;q=0, */*|TEXT",
                "application/*;q=0, */*;q=0.1|TEXT",
                "image/png, text/plain;q=0.1|TEXT",
                "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8|JSON",
                ", text/plain ,|TEXT",
                "*/*;q=0.001|JSON"
            })
    void theFormatWithTheGreatestQualityIsChosen(String header, IdFormat format) {
        assertThat(Accepts.choose(List.of(header), IdFormat.OFFERED)).contains(format);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "image/png",
                "application/json;q=0",
                "*/*;q=0",
                "text/html, image/*",
                "text/plain;charset=utf-16",
                "application/json;profile=x",
                "text/plain;q=0.0, application/octet-stream;q=0.000"
            })
    void whatIsNotOfferedIsRefused(String header) {
        assertThat(Accepts.choose(List.of(header), IdFormat.OFFERED)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "json",
                "/",
                "text/",
                "/plain",
                "*/plain",
                "text/plain;q=2",
                "text/plain;q=-1",
                "text/plain;q=1.001",
                "text/plain;q=0.1234",
                "text/plain;q=",
                "text/plain;q=a",
                "text/plain;q",
                "text/pl ain",
                "text/plain/x",
                "te(xt/plain"
            })
    void whatIsMalformedIsSaidToBe(String header) {
        assertThatThrownBy(() -> Accepts.choose(List.of(header), IdFormat.OFFERED))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().type()).isEqualTo(ProblemType.MALFORMED_REQUEST));
    }

    @Test
    void severalHeadersAreOneList() {
        assertThat(Accepts.choose(List.of("image/png", "application/json;q=0.1", "text/plain;q=0.2"), IdFormat.OFFERED))
                .contains(IdFormat.TEXT);
    }

    @Test
    void whatNeedsNoParsingIsChosenAlike() {
        for (IdFormat format : IdFormat.OFFERED) {
            assertThat(Accepts.known(format.mediaType()))
                    .isEqualTo(Accepts.choose(List.of(format.mediaType()), IdFormat.OFFERED));
        }
    }
}
