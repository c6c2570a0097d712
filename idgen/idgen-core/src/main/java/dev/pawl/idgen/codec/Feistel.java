package dev.pawl.idgen.codec;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;

/*
 * A balanced Feistel network of ten rounds over 2h bits. Each round adds to one half a function of the other half:
 *
 *     (left, right) -> (right, left ^ F(round, right))
 *
 * which is undone by going through the rounds backwards, whatever F is. F is AES over one block, cut to h bits:
 *
 *     byte   0        1       2  3    4 ... 11                12 ... 15
 *          format 1 | round | 0  0 | size of the domain     | half
 *
 * No two rounds and no two domains share a block, so one key makes unrelated functions of them. Persisted ids depend on
 * every bit of this: it never changes, another scheme would be another class.
 */

/** The permutation of 2h-bit numbers under a key. Not thread-safe: one thread at a time. */
final class Feistel {

    /**
     * Four rounds with random functions look like a random permutation to whoever sees far fewer than 2^(h/2) pairs, and
     * may ask for inverses too (Luby and Rackoff, "How to construct pseudorandom permutations from pseudorandom
     * functions", 1988). For the few bits here more are needed: the attacks on small domains (Bellare, Hoang and Tessaro,
     * CCS 2016; Durak and Vaudenay, CRYPTO 2017) get dearer with each round. Ten is what NIST SP 800-38G has for FF1.
     */
    private static final int ROUNDS = 10;

    private static final byte FORMAT = 1;

    private final int halfBits;
    private final int mask;
    private final Cipher aes;
    private final ByteBuffer block = ByteBuffer.allocate(16);
    private final ByteBuffer encrypted = ByteBuffer.allocate(16);

    /**
     * Makes the network.
     *
     * @param halfBits from 1 to 32
     * @param domainSize distinguishes this domain from others under the key; unsigned
     */
    Feistel(SecretKey key, int halfBits, long domainSize) {
        this.halfBits = halfBits;
        this.mask = (int) ((1L << halfBits) - 1);
        this.aes = aes(key);
        block.put(0, FORMAT).putLong(4, domainSize);
    }

    @SuppressWarnings("InsecureCryptoUsage") // single blocks that never repeat within a network: AES itself is meant
    private static Cipher aes(SecretKey key) {
        try {
            Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, key);
            return cipher;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime must have AES/ECB/NoPadding", e);
        }
    }

    long forward(long number) {
        int left = (int) (number >>> halfBits);
        int right = (int) number & mask;
        for (int round = 0; round < ROUNDS; round++) {
            int added = left ^ function(round, right);
            left = right;
            right = added;
        }
        return joined(left, right);
    }

    long backward(long number) {
        int left = (int) (number >>> halfBits);
        int right = (int) number & mask;
        for (int round = ROUNDS - 1; round >= 0; round--) {
            int added = right ^ function(round, left);
            right = left;
            left = added;
        }
        return joined(left, right);
    }

    private long joined(int left, int right) {
        return Integer.toUnsignedLong(left) << halfBits | Integer.toUnsignedLong(right);
    }

    private int function(int round, int half) {
        block.put(1, (byte) round).putInt(12, half);
        try {
            aes.doFinal(block.array(), 0, 16, encrypted.array(), 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES must encrypt a block of 16 bytes", e);
        }
        return encrypted.getInt(0) & mask;
    }
}
