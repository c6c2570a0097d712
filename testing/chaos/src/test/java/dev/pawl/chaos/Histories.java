package dev.pawl.chaos;

import dev.pawl.chaos.IdHistory.Verdict;
import dev.pawl.idgen.layout.DecodedId;
import dev.pawl.idgen.layout.IdLayout;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What all processes gave, by generator: a life is one process's, whichever installation it is of. */
final class Histories {

    final IdHistory orders = new IdHistory("orders", id -> "");
    final IdHistory snowflake = new IdHistory("snowflake", id -> "" + IdLayout.SNOWFLAKE.decode(id));
    final IdHistory sonyflake = new IdHistory("sonyflake", id -> "" + IdLayout.SONYFLAKE.decode(id));

    List<IdHistory> all() {
        return List.of(orders, snowflake, sonyflake);
    }

    List<IdHistory> timeBased() {
        return List.of(snowflake, sonyflake);
    }

    long size() {
        return all().stream().mapToLong(IdHistory::size).sum();
    }

    List<Verdict> verdicts() {
        return all().stream().map(IdHistory::judge).toList();
    }

    /** The last id of a life, taken apart. */
    DecodedId last(IdHistory history, int life) {
        return layout(history).decode(history.last(life).orElseThrow());
    }

    /** The first id of a life, taken apart. */
    DecodedId first(IdHistory history, int life) {
        return layout(history).decode(history.first(life).orElseThrow());
    }

    /** The worker ids that a life had at last, by generator. */
    Map<String, Integer> workers(int life) {
        return timeBased().stream()
                .collect(Collectors.toMap(
                        IdHistory::generator, h -> last(h, life).workerId()));
    }

    private IdLayout layout(IdHistory history) {
        return history == snowflake ? IdLayout.SNOWFLAKE : IdLayout.SONYFLAKE;
    }
}
