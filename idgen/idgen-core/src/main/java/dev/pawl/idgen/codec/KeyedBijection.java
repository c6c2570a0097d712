package dev.pawl.idgen.codec;

import java.util.concurrent.atomic.AtomicReferenceArray;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/*
 * The network permutes the numbers of an even count of bits, the domain is the first of them. A number that lands outside
 * the domain is sent through again until it lands inside ("cycle walking", Black and Rogaway, "Ciphers with arbitrary
 * finite domains", 2002): still a bijection, because walking on along the cycle of a permutation from a number of the
 * domain comes back to that number at the latest. The domain is more than a quarter of the network's numbers, so a walk
 * takes fewer than 4 steps on average (2 for 2^63 and 2^53, 1.05 for 10^6), and more than 100 about never: (3/4)^100.
 */

/**
 * A secret permutation of the numbers below 2^63, 2^53 or 10^n: guessable numbers become unpredictable ones of the same
 * size. A Feistel network of ten rounds of AES with cycle walking; it is not FF1 of NIST SP 800-38G, though built alike.
 *
 * <p>The promise, exactly:
 * <ul>
 *   <li>Unique numbers stay unique: no two ids below the domain's size have one image under one key.
 *   <li>Without the key an image is not predictable from others, however many are known, beyond being none of them:
 *       neither the next one, nor how many there are, nor which came first. This holds as long as AES does.
 *   <li>A guess still hits: with probability issued / domain. Of 10^6 numbers with 50,000 in use, every twentieth guess
 *       is one of them, and whoever may guess often learns that share. Choose the domain large, and check on every access
 *       whether the caller may.
 *   <li>It is not encryption: an id has always the same image, nothing is hidden but the number, and nothing shows that a
 *       text was tampered with. It guards counts and order, no secrets.
 *   <li>One key for a tag's life. Images under two keys of one domain repeat each other: of 20,000 ids under a second key
 *       about 400 equal one of 20,000 under the first in 10^6. To change keys, take {@link VersionedBijection}.
 * </ul>
 *
 * <p>One key may serve several domains: their permutations are unrelated. Two tags with one key and one domain have the
 * same permutation. The mapping of a key and a domain is the same in every version of this library. Immutable and
 * thread-safe; holds at most two ciphers a processor, none per thread; never blocks, virtual threads may use it.
 */
public final class KeyedBijection implements IdMapping {

    /** Unsigned, for 2^63. */
    private final long size;

    private final int halfBits;
    private final SecretKey key;

    /** Networks at rest. A call takes one out and puts it back; finding none it makes one, with room for none it drops it. */
    private final AtomicReferenceArray<Feistel> spares =
            new AtomicReferenceArray<>(2 * Runtime.getRuntime().availableProcessors());

    private KeyedBijection(long size, byte[] key) {
        if (key.length != 16 && key.length != 32) {
            throw new IllegalArgumentException("key must be 16 or 32 bytes: length=" + key.length);
        }
        this.size = size;
        this.halfBits = (Long.SIZE - Long.numberOfLeadingZeros(size - 1) + 1) / 2;
        this.key = new SecretKeySpec(key, "AES");
        give(new Feistel(this.key, halfBits, size));
    }

    /**
     * Returns the permutation of all numbers of 63 bits, every {@code long} from 0 on.
     *
     * @param key 16 or 32 bytes from a random source, kept secret; copied
     * @return the permutation
     * @throws IllegalArgumentException if the key has another length
     * @throws IllegalStateException if this Java runtime has no AES
     */
    public static KeyedBijection bits63(byte[] key) {
        return new KeyedBijection(1L << 63, key);
    }

    /**
     * Returns the permutation of all numbers of 53 bits, which JavaScript reads exactly.
     *
     * @param key 16 or 32 bytes from a random source, kept secret; copied
     * @return the permutation
     * @throws IllegalArgumentException if the key has another length
     * @throws IllegalStateException if this Java runtime has no AES
     */
    public static KeyedBijection bits53(byte[] key) {
        return new KeyedBijection(1L << 53, key);
    }

    /**
     * Returns the permutation of all numbers of so many decimal digits, leading zeros included. NIST's draft of 2019 for
     * a revision of SP 800-38G asks for a million numbers at least, and so does this.
     *
     * @param digits from 6 to 18
     * @param key 16 or 32 bytes from a random source, kept secret; copied
     * @return the permutation
     * @throws IllegalArgumentException if the digits are out of bounds or the key has another length
     * @throws IllegalStateException if this Java runtime has no AES
     */
    public static KeyedBijection digits(int digits, byte[] key) {
        if (digits < 6 || digits > 18) {
            throw new IllegalArgumentException("digits must be in [6, 18]: digits=" + digits);
        }
        return new KeyedBijection(Radix.DECIMAL.maxId(digits) + 1, key);
    }

    @Override
    public long apply(long id) {
        Rules.requireWithin("id", id, maxId());
        Feistel network = take();
        long image = id;
        do {
            image = network.forward(image);
        } while (isOutside(image));
        give(network);
        return image;
    }

    @Override
    public long invert(long mapped) {
        Rules.requireWithin("mapped", mapped, maxMapped());
        Feistel network = take();
        long id = mapped;
        do {
            id = network.backward(id);
        } while (isOutside(id));
        give(network);
        return id;
    }

    private boolean isOutside(long number) {
        return Long.compareUnsigned(number, size) >= 0;
    }

    private Feistel take() {
        int slots = spares.length();
        int first = firstSlot();
        for (int i = 0; i < slots; i++) {
            Feistel spare = spares.getAndSet((first + i) % slots, null);
            if (spare != null) {
                return spare;
            }
        }
        return new Feistel(key, halfBits, size);
    }

    private void give(Feistel network) {
        int slots = spares.length();
        int first = firstSlot();
        for (int i = 0; i < slots; i++) {
            if (spares.compareAndSet((first + i) % slots, null, network)) {
                return;
            }
        }
    }

    /** Spread by thread, so that threads seldom meet in a slot. */
    private int firstSlot() {
        return (int) (Thread.currentThread().getId() % spares.length());
    }

    @Override
    public long maxId() {
        return size - 1;
    }

    @Override
    public long maxMapped() {
        return size - 1;
    }
}
