package dev.pawl.delay.memory;

import dev.pawl.delay.spi.Receipt;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The last claim of each consumer, the one that claimed longest ago first. Not thread-safe. */
final class Claims {

    record Last(long sequence, List<Receipt> given, long untilMillis) {}

    private final Map<String, Last> byConsumer = new LinkedHashMap<>();
    private final long horizonMillis;

    Claims(long horizonMillis) {
        this.horizonMillis = horizonMillis;
    }

    @Nullable
    Last of(String consumer) {
        return byConsumer.get(consumer);
    }

    void put(String consumer, long sequence, List<Receipt> given, long nowMillis) {
        byConsumer.remove(consumer);
        byConsumer.put(consumer, new Last(sequence, given, nowMillis + horizonMillis));
    }

    void trim(long nowMillis) {
        Iterator<Last> oldest = byConsumer.values().iterator();
        while (oldest.hasNext() && oldest.next().untilMillis <= nowMillis) {
            oldest.remove();
        }
    }

    int size() {
        return byConsumer.size();
    }
}
