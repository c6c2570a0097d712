package dev.pawl.chaos;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongFunction;
import java.util.stream.Stream;

/**
 * All ids of one generator that its clients got complete answers for, over all lives of its process, and the judgement at
 * the end. Recordings are written by one thread each; the history is judged when they have ended.
 */
public final class IdHistory {

    private static final int SHOWN = 5;

    private final String generator;
    private final LongFunction<String> decoder;
    private final List<Recording> recordings = new CopyOnWriteArrayList<>();

    /**
     * What is wrong with a history.
     *
     * @param generator the generator
     * @param ids how many ids were judged
     * @param repeats how many of them had been given before
     * @param problems sentences about repeats, numbers that are not positive, and disorder; the first few of each kind
     */
    public record Verdict(String generator, long ids, long repeats, List<String> problems) {}

    /**
     * Makes an empty history.
     *
     * @param generator the generator's name
     * @param decoder shows an id's parts
     */
    public IdHistory(String generator, LongFunction<String> decoder) {
        this.generator = generator;
        this.decoder = decoder;
    }

    /** The ids of one connection in one life, in the order of their arrival. */
    public static final class Recording {

        /** Chunks are never copied, so that a hundred million ids take hardly more memory than they are. */
        private static final int CHUNK = 1 << 13;

        private final int life;
        private final int connection;
        private volatile long[][] chunks = new long[16][];
        private volatile int size;

        private Recording(int life, int connection) {
            this.life = life;
            this.connection = connection;
        }

        /**
         * Adds a reply.
         *
         * @param reply its ids in their order
         */
        public void add(long... reply) {
            int end = size;
            for (int added = 0; added < reply.length; ) {
                int count = Math.min(CHUNK - end % CHUNK, reply.length - added);
                System.arraycopy(reply, added, chunk(end / CHUNK), end % CHUNK, count);
                added += count;
                end += count;
            }
            size = end;
        }

        private long[] chunk(int index) {
            if (index == chunks.length) {
                chunks = Arrays.copyOf(chunks, 2 * index);
            }
            if (chunks[index] == null) {
                chunks[index] = new long[CHUNK];
            }
            return chunks[index];
        }

        /**
         * Tells how many ids there are; may be asked by any thread.
         *
         * @return the count
         */
        public int size() {
            return size;
        }

        // The size is read first: whatever chunks are seen then have that many ids at least.

        private long get(int index) {
            return chunks[index / CHUNK][index % CHUNK];
        }

        private long last() {
            int known = size;
            return get(known - 1);
        }

        private void copyTo(long[] ids, int from) {
            int left = size;
            for (int i = 0; left > 0; i++) {
                System.arraycopy(chunks[i], 0, ids, from + i * CHUNK, Math.min(CHUNK, left));
                left -= CHUNK;
            }
        }
    }

    /**
     * Begins the recording of a connection.
     *
     * @param life the number of the process's life
     * @return the recording
     */
    public Recording connection(int life) {
        Recording recording = new Recording(life, recordings.size() + 1);
        recordings.add(recording);
        return recording;
    }

    /**
     * Returns the generator's name.
     *
     * @return the name
     */
    public String generator() {
        return generator;
    }

    /**
     * Tells how many ids there are; may be asked while they are recorded.
     *
     * @return the count over all lives
     */
    public long size() {
        return recordings.stream().mapToLong(Recording::size).sum();
    }

    /**
     * Tells how many ids a life gave so far.
     *
     * @param life the life's number
     * @return the count
     */
    public long size(int life) {
        return ofLife(life).mapToLong(Recording::size).sum();
    }

    /**
     * Tells the least id of a life, given that those of each connection increase.
     *
     * @param life the life's number
     * @return the id, empty if the life gave none
     */
    public OptionalLong first(int life) {
        return ofLife(life).mapToLong(r -> r.get(0)).min();
    }

    /**
     * Tells the greatest id of a life so far, given that those of each connection increase.
     *
     * @param life the life's number
     * @return the id, empty if the life gave none
     */
    public OptionalLong last(int life) {
        return ofLife(life).mapToLong(Recording::last).max();
    }

    private Stream<Recording> ofLife(int life) {
        return recordings.stream().filter(r -> r.life == life && r.size > 0);
    }

    /**
     * Judges: no id twice, all positive, and those of one connection in one life increasing.
     *
     * @return the verdict, without a problem if all is well
     */
    public Verdict judge() {
        List<String> problems = new ArrayList<>();
        int size = Math.toIntExact(size());
        long[] sorted = new long[size];
        int filled = 0;
        for (Recording recording : recordings) {
            findDisorder(recording, problems);
            recording.copyTo(sorted, filled);
            filled += recording.size;
        }
        Arrays.parallelSort(sorted);
        if (size > 0 && sorted[0] <= 0) {
            problems.add(generator + ": ids must be positive: id=" + shown(sorted[0]));
        }
        long repeats = 0;
        for (int i = 1; i < size; i++) {
            if (sorted[i] == sorted[i - 1]) {
                repeats++;
                if (repeats <= SHOWN) {
                    problems.add(generator + ": an id must be given once: id=" + shown(sorted[i]) + places(sorted[i]));
                }
            }
        }
        return new Verdict(generator, size, repeats, List.copyOf(problems));
    }

    private void findDisorder(Recording recording, List<String> problems) {
        for (int i = 1; i < recording.size; i++) {
            long before = recording.get(i - 1);
            long id = recording.get(i);
            if (id <= before) {
                problems.add(generator + ": ids of a connection must increase: life=" + recording.life + ", connection="
                        + recording.connection + ", position=" + i + ", id=" + shown(id) + ", before="
                        + shown(before));
                return;
            }
        }
    }

    private String shown(long id) {
        return id + " " + decoder.apply(id);
    }

    private String places(long id) {
        StringBuilder places = new StringBuilder();
        for (Recording recording : recordings) {
            for (int i = 0; i < recording.size; i++) {
                if (recording.get(i) == id) {
                    places.append(", at life ").append(recording.life).append(" connection ");
                    places.append(recording.connection).append(" position ").append(i);
                }
            }
        }
        return places.toString();
    }
}
