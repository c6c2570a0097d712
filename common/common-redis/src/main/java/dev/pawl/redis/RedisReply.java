package dev.pawl.redis;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a script returned: an array of integers, strings and absent values (Lua's {@code false}; a {@code nil} ends the
 * array). A script that returns one value has a reply of size 1. Immutable but for the byte arrays; thread-safe.
 */
public final class RedisReply {

    private final List<? extends @Nullable Object> elements;

    private RedisReply(List<? extends @Nullable Object> elements) {
        this.elements = elements;
    }

    /**
     * Wraps what a client has read. The list is taken over, not copied: it must not change afterwards.
     *
     * @param elements each a {@link Long}, a {@code byte[]}, or null
     * @return the reply
     * @throws IllegalArgumentException if an element is something else, for example an array inside the array
     */
    public static RedisReply of(List<? extends @Nullable Object> elements) {
        for (Object element : elements) {
            if (!(element == null || element instanceof Long || element instanceof byte[])) {
                throw new IllegalArgumentException("an element of a reply must be a Long, a byte[] or null: element="
                        + element.getClass().getName());
            }
        }
        return new RedisReply(elements);
    }

    /**
     * Returns how many elements there are.
     *
     * @return zero or more
     */
    public int size() {
        return elements.size();
    }

    /**
     * Tells whether an element is absent.
     *
     * @param i its index from 0
     * @return true if the script returned {@code false} there
     * @throws IndexOutOfBoundsException if there is no such element
     */
    public boolean isAbsent(int i) {
        return elements.get(i) == null;
    }

    /**
     * Tells an integer from a string, where a script may return either.
     *
     * @param i the element's index from 0
     * @return true if the script returned a number there
     * @throws IndexOutOfBoundsException if there is no such element
     */
    public boolean isInteger(int i) {
        return elements.get(i) instanceof Long;
    }

    /**
     * Returns an integer: one that Redis replied, or one that the script wrote in decimal digits, since the numbers of Lua are
     * exact to 2<sup>53</sup> only.
     *
     * @param i the element's index from 0
     * @return its value
     * @throws IndexOutOfBoundsException if there is no such element
     * @throws IllegalStateException if the element is absent or no integer
     */
    public long integer(int i) {
        Object element = elements.get(i);
        if (element instanceof Long number) {
            return number;
        }
        String digits = text(i);
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw new IllegalStateException("element " + i + " of the reply must be an integer: " + digits, e);
        }
    }

    /**
     * Returns a string as text.
     *
     * @param i the element's index from 0
     * @return its bytes, read as UTF-8
     * @throws IndexOutOfBoundsException if there is no such element
     * @throws IllegalStateException if the element is absent or an integer
     */
    public String text(int i) {
        return new String(bytes(i), StandardCharsets.UTF_8);
    }

    /**
     * Returns a string as it is.
     *
     * @param i the element's index from 0
     * @return its bytes, not copied
     * @throws IndexOutOfBoundsException if there is no such element
     * @throws IllegalStateException if the element is absent or an integer
     */
    public byte[] bytes(int i) {
        Object element = elements.get(i);
        if (element instanceof byte[] bytes) {
            return bytes;
        }
        throw new IllegalStateException("element " + i + " of the reply must be a string: " + element);
    }

    /** Returns the elements for a log, strings as text. */
    @Override
    public String toString() {
        return elements.stream()
                .map(e -> e instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : String.valueOf(e))
                .toList()
                .toString();
    }
}
