package dev.pawl.chaos;

import java.io.IOException;
import java.nio.file.Path;

/** Our delayed jobs with one line of a script that is wrong: the rounds must find what that costs. */
final class BrokenJobs {

    private static final String SCRIPTS = "delay/delay-redis:dev/pawl/delay/redis/";

    private BrokenJobs() {}

    /** Nobody remembers what is finished. */
    static JobSetup withoutTombstones(JobSetup setup) throws IOException {
        Path classes = classes(setup);
        PlantedClass.script(
                classes,
                SCRIPTS + "change.lua",
                "return redis.call('HGET', KEYS[6 + bucket], id) or redis.call('HGET', KEYS[7 - bucket], id)",
                "return false");
        PlantedClass.script(
                classes,
                SCRIPTS + "enqueue-one.lua",
                "and not redis.call('HGET', KEYS[6 + bucket], id)\n    and not redis.call('HGET', KEYS[7 - bucket], id)",
                "");
        PlantedClass.script(
                classes,
                SCRIPTS + "enqueue.lua",
                "known[id], buried[id] = living[i], marks[i] or older[i]",
                "known[id] = living[i]");
        return setup.with(classes);
    }

    /** A claim that is repeated is another one. */
    static JobSetup withoutReplay(JobSetup setup) throws IOException {
        return planted(setup, "claim.lua", "ARGV[3] == last[1] and #last or 0 do", "0 do");
    }

    /** Each job counts its deliveries by itself. */
    static JobSetup withATokenPerJob(JobSetup setup) throws IOException {
        return planted(
                setup,
                "claim.lua",
                "struct.pack('>I8I4BI8', token, attempt",
                "struct.pack('>I8I4BI8', attempt + 1, attempt");
    }

    /** Time does not go back: it is the latest that was seen. */
    static JobSetup withAClampedClock(JobSetup setup) throws IOException {
        String record = "struct.unpack('>BBBI8I8I8I8I8I8I8I8I8', record, 2)\n";
        return planted(
                setup,
                "partition.lua",
                record,
                record + "micros = math.max(micros, latest)\n"
                        + "now, ceiling = math.floor(micros / 1000), math.ceil(micros / 1000)\n");
    }

    /** Nobody tells that the first job is sooner than it was: what is lost of messages at worst. */
    static JobSetup withoutHints(JobSetup setup) throws IOException {
        Path classes = classes(setup);
        PlantedClass.script(
                classes,
                SCRIPTS + "change.lua",
                "redis.pcall('PUBLISH', channel, string.format('%.0f', score - now))",
                "");
        PlantedClass.script(
                classes,
                SCRIPTS + "enqueue-one.lua",
                "redis.pcall('PUBLISH', ARGV[4], string.format('%.0f', due - now))",
                "");
        return setup.with(classes);
    }

    private static JobSetup planted(JobSetup setup, String script, String line, String wrong) throws IOException {
        return setup.with(PlantedClass.script(classes(setup), SCRIPTS + script, line, wrong));
    }

    private static Path classes(JobSetup setup) throws IOException {
        return ChaosSettings.folder(setup.namespace() + "-classes");
    }
}
