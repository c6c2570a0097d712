package dev.pawl.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LuaScriptsTest {

    private static final String GOOD = """
            -- Purpose: takes a lock that is free.
            -- More about it, over
            -- several lines.
            -- KEYS[1]: the lock
            -- KEYS[2]: its queue
            -- ARGV[1]: the attempt's id
            -- ARGV[2]: lease, milliseconds
            -- ARGV[3..]: more attempts
            -- RETURNS: {1, token}
            -- ATOMIC: all of it

            local lock = KEYS[1] -- not KEYS[9]
            local now = redis.call('TIME')
            local function push(key, value)
              return redis.call('rpush', key, value)
            end
            if redis.call("EXISTS", lock) == 0 then
              redis.pcall('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
              push(KEYS[2], ARGV[1])
            end
            for i = 3, #ARGV do push(KEYS[2], ARGV[i]) end
            redis.call('PUBLISH', ARGV[1], 'x')
            return {1, now[1]}
            """;

    @TempDir
    private Path folder;

    @Test
    void everyScriptOfAPublishedModuleSaysWhatItDoes() {
        assertThat(Reactor.here().published())
                .flatMap(module -> LuaScripts.of(module.directory()))
                .flatMap(LuaScripts::problems)
                .isEmpty();
    }

    @Test
    void scriptsAreFoundBelowTheResources() throws IOException {
        Path script = folder.resolve("src/main/resources/dev/pawl/x/take.lua");
        Files.createDirectories(script.getParent());
        Files.writeString(script, "return 1");
        Files.writeString(script.resolveSibling("other.sql"), "SELECT 1");

        assertThat(LuaScripts.of(folder)).containsExactly(script);
        assertThat(LuaScripts.problems(script))
                .hasSize(6)
                .allSatisfy(p -> assertThat(p).startsWith("take.lua "));
    }

    @Test
    void aScriptThatKeepsTheRulesHasNoProblems() {
        assertThat(LuaScripts.problems("x", GOOD)).isEmpty();
        assertThat(LuaScripts.problems("x", """
                        -- Purpose: returns one.
                        -- KEYS: none
                        -- ARGV: none
                        -- RETURNS: {1} always
                        -- ATOMIC: nothing to say
                        return {1}
                        """)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-- Purpose: takes a lock that is free.  | -- Takes a lock.        | begin with",
                "-- Purpose: takes a lock that is free.  | -- Purpose: takes       | \"-- Purpose",
                "-- RETURNS: {1, token}                  | -- returns              | \"-- RETURNS",
                "-- ATOMIC: all of it                    | -- ATOMIC: all          | \"-- ATOMIC",
                "-- KEYS[2]: its queue                   | -- none                 | uses KEYS[1, 2] and documents KEYS[1]",
                "-- KEYS[2]: its queue                   | -- KEYS[3]: its queue   | number its KEYS",
                "-- ARGV[2]: lease, milliseconds         | -- ARGV[2]:             | number its ARGV",
                "-- ARGV[3..]: more attempts             | -- none                 | uses a rest of ARGV",
                "ARGV[2])                                | 5)                      | uses ARGV[1] and documents ARGV[1, 2]",
                "ARGV[2])                                | ARGV[5])                | uses ARGV[1, 5]",
                "for i = 3, #ARGV do push(KEYS[2], ARGV[i]) end | return           | does not use a rest of ARGV",
                "local lock = KEYS[1]                    | local lock = KEYS[1] .. ':x' | from another",
                "local lock = KEYS[1]                    | local lock = 'a' .. ARGV[1]  | EXISTS with a key",
                "redis.pcall('SET', KEYS[1]              | redis.pcall('SET', ARGV[1]   | SET with a key",
                "redis.pcall('SET', KEYS[1]              | redis.pcall('SET', 'lock'    | SET with a key",
                "redis.call('TIME')                      | redis.call(ARGV[1])     | not written out",
                "redis.call('TIME')                      | redis.call('RANDOMKEY') | RANDOMKEY with a key",
            })
    void aScriptThatBreaksARuleIsFound(String part, String broken, String problem) {
        assertThat(GOOD).contains(part);

        List<String> problems = LuaScripts.problems("x", GOOD.replace(part, broken));

        assertThat(problems).anySatisfy(p -> assertThat(p).contains(problem));
    }
}
