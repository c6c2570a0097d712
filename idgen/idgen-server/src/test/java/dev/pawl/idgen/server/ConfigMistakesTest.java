package dev.pawl.idgen.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigMistakesTest {

    @TempDir
    Path directory;

    private ServiceConfig load(String yaml, Map<String, String> environment) throws IOException {
        Files.writeString(directory.resolve("pawl.yaml"), yaml);
        return ConfigLoader.load(Optional.empty(), environment, directory);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "pawl: {http: {port: 70000}}|pawl.http.port=70000",
                "pawl: {http: {port: -1}}|pawl.http.port=-1",
                "pawl: {http: {port: http}}|pawl.http.port=http",
                "pawl: {http: {port: 80.5}}|pawl.http.port=80.5",
                "pawl: {http: {port: 99999999999}}|pawl.http.port=99999999999",
                "pawl: {http: {prot: 80}}|key=pawl.http.prot",
                "pawl: {htpp: {port: 80}}|key=pawl.htpp.port",
                "pwal: {http: {port: 80}}|key=pwal",
                "pawl: {http: {insecure: ture}}|pawl.http.insecure=ture",
                "pawl: {http: {idle-timeout: soon}}|pawl.http.idle-timeout=soon",
                "pawl: {http: {idle-timeout: 0s}}|pawl.http.idle-timeout=PT0S",
                "pawl: {http: {idle-timeout: 2d}}|pawl.http.idle-timeout=PT48H",
                "pawl: {http: {idle-timeout: -5s}}|pawl.http.idle-timeout=-5s",
                "pawl: {http: {host: 0.0.0.0}}|pawl.http.host=0.0.0.0",
                "pawl: {http: {host: no.such.host.invalid}}|pawl.http.host=no.such.host.invalid",
                "pawl: {http: {host: 192.0.2.1, insecure: false}}|pawl.http.host=192.0.2.1",
                "pawl: {built-in: false}|pawl.built-in=false",
                "pawl: {store: {url: 'jdbc:mysql://x/y'}}|pawl.store.url=jdbc:mysql:",
                "pawl: {store: {user: x}}|pawl.store.url=",
                "pawl: {http: {tls: {key: service.key}}}|key=pawl.http.tls.certificate",
                "pawl: {http: {tls: {certificate: service.crt}}}|key=pawl.http.tls.key",
                "pawl: {http: {tls: {certificate: none.crt, key: none.key}}}|pawl.http.tls.certificate=",
                "pawl: {api-keys: [{name: a, sha256: abc}]}|length=3",
                "pawl: {api-keys: [{name: a}]}|key=pawl.api-keys[0].sha256",
                "pawl: {api-keys: [{name: 'a b', sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855}]}|name=a b",
                "pawl: {generators: {a: {kind: uuid}}}|pawl.generators.a.kind=uuid",
                "pawl: {generators: {a: {tag: x}}}|key=pawl.generators.a.kind",
                "pawl: {generators: {A: {kind: segment}}}|pawl.generators=A",
                "pawl: {generators: {a/b: {kind: segment}}}|pawl.generators=a",
                "pawl: {generators: {a: {kind: segment, worker-id: 1}}}|key=pawl.generators.a.worker-id",
                "pawl: {generators: {a: {kind: segment, layout: {preset: wide}}}}|key=pawl.generators.a.layout.preset",
                "pawl: {generators: {a: {kind: segment, tag: 'a b'}}}|tag=a b",
                "pawl: {generators: {a: {kind: segment, first-id: 0}}}|firstId=0",
                "pawl: {generators: {a: {kind: segment, first-id: 9, max-id: 8}}}|maxId=8",
                "pawl: {generators: {a: {kind: segment, max-id: 9223372036854775807}}}|maxId=9223372036854775807",
                "pawl: {generators: {a: {kind: segment, max-id: 9223372036854775808}}}|pawl.generators.a.max-id=9223372036854775808",
                "pawl: {generators: {a: {kind: segment, max-id: 1e6}}}|pawl.generators.a.max-id=1",
                "pawl: {generators: {a: {kind: segment, step: {floor: 0}}}}|pawl.generators.a.step.floor=0",
                "pawl: {generators: {a: {kind: segment, step: {floor: 10, ceiling: 9}}}}|pawl.generators.a.step.ceiling=9",
                "pawl: {generators: {a: {kind: segment, target-duration: 0s}}}|pawl.generators.a.target-duration=PT0S",
                "pawl: {generators: {a: {kind: segment, max-wait: 2h}}}|pawl.generators.a.max-wait=PT2H",
                "pawl: {generators: {a: {kind: snowflake, tag: x}}}|key=pawl.generators.a.tag",
                "pawl: {generators: {a: {kind: snowflake, worker-id: 1024}}}|pawl.generators.a.worker-id=1024",
                "pawl: {generators: {a: {kind: snowflake, worker-id: -1}}}|pawl.generators.a.worker-id=-1",
                "pawl: {generators: {a: {kind: snowflake, worker-id: 1, lease: {window: 5s}}}}|key=pawl.generators.a.lease.window",
                "pawl: {generators: {a: {kind: snowflake, lease: {window: 1s}}}}|pawl.generators.a.lease.window=PT1S",
                "pawl: {generators: {a: {kind: snowflake, lease: {hint: 5000}}}}|pawl.generators.a.lease.hint=5000",
                "pawl: {generators: {a: {kind: snowflake, lease: {hint: pod}}}}|pawl.generators.a.lease.hint=pod",
                "pawl: {generators: {a: {kind: snowflake, lease: {space: 'a b'}}}}|tag=a b",
                "pawl: {generators: {a: {kind: snowflake, max-ahead: 0}}}|pawl.generators.a.max-ahead=0",
                "pawl: {generators: {a: {kind: snowflake, clock-policy: hope}}}|pawl.generators.a.clock-policy=hope",
                "pawl: {generators: {a: {kind: snowflake, layout: {preset: huge}}}}|pawl.generators.a.layout.preset=huge",
                "pawl: {generators: {a: {kind: snowflake, layout: {preset: wide, tick-length: 5ms}}}}|key=pawl.generators.a.layout.tick-length",
                "pawl: {generators: {a: {kind: snowflake, layout: {fields: ['tick:60', 'worker:5', 'sequence:5']}}}}|sum=70",
                "pawl: {generators: {a: {kind: snowflake, layout: {fields: ['tick:40', 'sequence:5']}}}}|workerBits=0",
                "pawl: {generators: {a: {kind: snowflake, layout: {fields: ['tick:40', 'worker:x', 'sequence:5']}}}}|layout.fields=worker:x",
                "pawl: {generators: {a: {kind: snowflake, layout: {fields: ['sequence:5', 'tick:40', 'worker:5']}}}}|fields=",
                "pawl: {generators: {a: {kind: snowflake, layout: {epoch: '1969-12-31T00:00:00Z'}}}}|epoch=1969",
                "pawl: {generators: {a: {kind: snowflake, layout: {epoch: yesterday}}}}|pawl.generators.a.layout.epoch=yesterday",
                "pawl: {http: {port: 1}, http: {port: 2}}|duplicate key http",
                "pawl: [|file=",
                "[1, 2]|file=",
                "pawl: {http: {port: 1}, generators: }: x|file="
            })
    void everyMistakeIsOneLineThatNamesKeyAndValue(String yaml, String named) {
        assertThatThrownBy(() -> load(yaml, Map.of())).isInstanceOfSatisfying(StartException.class, e -> {
            assertThat(e.exitCode()).isEqualTo(2);
            assertThat(e.getMessage())
                    .contains(named)
                    .doesNotContain("\n", "SRCFG", "Exception", "dev.pawl", "io.smallrye");
        });
    }

    @ParameterizedTest
    @CsvSource({
        "PORT,abc,pawl.http.port=abc",
        "PORT,-5,pawl.http.port=-5",
        "PAWL_HTTP_PORT,x,pawl.http.port=x",
        "PAWL_HTTP_PROT,80,variable=PAWL_HTTP_PROT",
        "PAWL_HTTP_INSECURE,yes,pawl.http.insecure=yes",
        "PAWL_CONFIG,missing.yaml,file=missing.yaml",
        "PAWL_HTTP_HOST,0.0.0.0,pawl.http.host=0.0.0.0"
    })
    void mistakesInTheEnvironmentAreNamedAlike(String variable, String value, String named) {
        assertThatThrownBy(() -> ConfigLoader.load(Optional.empty(), Map.of(variable, value), directory))
                .isInstanceOfSatisfying(StartException.class, e -> {
                    assertThat(e.exitCode()).isEqualTo(2);
                    assertThat(e.getMessage()).contains(named).doesNotContain("\n", "SRCFG");
                });
    }

    @ParameterizedTest
    @CsvSource({
        "jdbc:mysql://me:secret@db/ids?password=secret,pawl.store.url=jdbc:mysql:...",
        "postgres://me:secret@db/ids,pawl.store.url=postgres:...",
        "JDBC:POSTGRESQL://db/ids?password=secret,pawl.store.url=JDBC:...",
        "secret,pawl.store.url=..."
    })
    void aDatabaseOfAnotherKindIsRefusedWithoutItsPassword(String url, String shown) {
        assertThatThrownBy(() -> load("pawl: {store: {url: '" + url + "'}}", Map.of()))
                .isInstanceOf(StartException.class)
                .hasMessageEndingWith(": " + shown)
                .hasMessageNotContaining("secret");
    }

    @Test
    void aPasswordIsNeverShown() {
        for (String url :
                List.of("jdbc:postgresql://db/ids?password=secret", "jdbc:postgresql://me:secret@db/ids;x=secret")) {
            assertThat(new ServiceConfig.Database(url, "ids", "secret")).hasToString("jdbc:postgresql://db/ids");
        }
    }
}
