package dev.pawl.fencing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.pawl.fencing.FencingToken.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FencingTokenTest {

    private static final String ISSUER = "redis/shop/invoice-7";

    @Test
    void textShowsVersionKindValueAndIssuer() {
        assertThat(FencingToken.exclusive(ISSUER, 33).text()).isEqualTo("1;exclusive;33;redis/shop/invoice-7");
        assertThat(FencingToken.read(ISSUER, 34)).hasToString("1;read;34;redis/shop/invoice-7");
        assertThat(FencingToken.permit(ISSUER, 35, 31).text()).isEqualTo("1;permit;35;31;redis/shop/invoice-7");
        assertThat(FencingToken.exclusive("a b;%\n\u0000é/😀", 1).text())
                .isEqualTo("1;exclusive;1;a%20b%3B%25%0A%00%C3%A9/%F0%9F%98%80");
    }

    @Test
    void parseReadsWhatTextHasWritten() {
        for (String issuer : issuers()) {
            for (long value : new long[] {1, 33, Long.MAX_VALUE}) {
                for (FencingToken token : List.of(
                        FencingToken.exclusive(issuer, value),
                        FencingToken.read(issuer, value),
                        FencingToken.permit(issuer, value, 1),
                        FencingToken.permit(issuer, value, value))) {
                    assertThat(token.text()).matches("[\\x21-\\x7e]+").hasSizeLessThanOrEqualTo(3200);
                    assertThat(FencingToken.parse(token.text())).isEqualTo(token);
                }
            }
        }
    }

    @Test
    void differentTokensHaveDifferentTexts() {
        List<FencingToken> tokens = new ArrayList<>();
        for (String issuer : List.of("a", "a/1", "1;a", "%61", "a;1", ";", "A", "%")) {
            for (long value : new long[] {1, 11}) {
                tokens.add(FencingToken.exclusive(issuer, value));
                tokens.add(FencingToken.read(issuer, value));
                tokens.add(FencingToken.permit(issuer, value, 1));
            }
        }
        tokens.add(FencingToken.permit("a", 11, 11));
        assertThat(tokens)
                .doesNotHaveDuplicates()
                .extracting(FencingToken::text)
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "1;exclusive;33",
                "2;exclusive;33;a",
                "1;Exclusive;33;a",
                "1;exclusive;033;a",
                "1;exclusive;+33;a",
                "1;exclusive;0;a",
                "1;exclusive;-1;a",
                "1;exclusive;9223372036854775808;a",
                "1;exclusive;33;",
                "1;exclusive;33;a;b",
                "1;exclusive;33;33;a",
                "1;permit;33;a",
                "1;permit;33;34;a",
                "1;permit;33;0;a",
                "1;exclusive;33;a b",
                "1;exclusive;33;%61",
                "1;exclusive;33;%3b",
                "1;exclusive;33;%",
                "1;exclusive;33;%4",
                "1;exclusive;33;%zz",
                "1;exclusive;33;%+1",
                "1;exclusive;33;%FF",
                "1;exclusive;33;%ED%A0%80",
                "1;exclusive;33;é",
                " 1;exclusive;33;a",
                "1;exclusive;33;a\n",
                "1;exclusive;٣;a",
                "33"
            })
    void parseRefusesEveryOtherText(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FencingToken.parse(text))
                .withMessageMatching("[\\x20-\\x7e]+");
    }

    @Test
    void parseRefusesATextWithoutEnd() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FencingToken.parse("1;exclusive;1;" + "a".repeat(1_000_000)))
                .withMessage("a token's text must be at most 3200 characters long: length=1000014");
    }

    @Test
    void randomTextIsReadOnlyIfItIsTheTextOfAToken() {
        Random random = new Random(42);
        String alphabet = "1;exclusivreadpmt0123456789%2Fa/é";
        int read = 0;
        for (int i = 0; i < 100_000; i++) {
            StringBuilder text =
                    new StringBuilder(FencingToken.permit("a%b", 12, 7).text());
            for (int edit = random.nextInt(3); edit >= 0; edit--) {
                text.setCharAt(random.nextInt(text.length()), alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                assertThat(FencingToken.parse(text.toString()).text()).isEqualTo(text.toString());
                read++;
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageContaining("token");
            }
        }
        assertThat(read).isBetween(1_000, 99_000);
    }

    @Test
    void numbersOutOfRangeAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FencingToken.exclusive(ISSUER, 0))
                .withMessage("value must be in [1, 2^63 - 1]: value=0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FencingToken.permit(ISSUER, 5, 6))
                .withMessage("floor must be in [1, value]: floor=6, value=5, kind=PERMIT");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FencingToken(ISSUER, Kind.READ, 5, 4))
                .withMessage("floor must be the value: floor=4, value=5, kind=READ");
    }

    @Test
    void issuersOutOfRangeAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> FencingToken.read("", 1));
        assertThatIllegalArgumentException().isThrownBy(() -> FencingToken.read("é".repeat(513), 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FencingToken.read("\ud800", 1))
                .withMessage("issuer must be valid Unicode");
        assertThat(FencingToken.read("é".repeat(512), 1).issuer()).hasSize(512);
    }

    @Test
    void issuersOfDifferentLocksDiffer() {
        assertThat(List.of(
                        FencingToken.issuer("redis", "a/b", "c"),
                        FencingToken.issuer("redis", "a", "b/c"),
                        FencingToken.issuer("redis", "a%2Fb", "c"),
                        FencingToken.issuer("redis", "", "a/b/c"),
                        FencingToken.issuer("etcd", "a", "b/c")))
                .doesNotHaveDuplicates()
                .contains("redis/a/b/c", "redis/a%2Fb/c", "redis//a/b/c");
    }

    @Test
    void exceptionsNameTheResourceAndBothNumbers() {
        FencingToken mine = FencingToken.exclusive(ISSUER, 33);
        StaleTokenException stale = new StaleTokenException("account-1", mine, 34);
        assertThat(stale)
                .hasMessage(
                        "token must be >= the mark of its resource: resource=account-1, mine=" + mine + ", current=34");
        assertThat(stale.resource()).isEqualTo("account-1");
        assertThat(stale.mine()).isEqualTo(mine);
        assertThat(stale.current()).isEqualTo(34);
        assertThat(new NotEnteredException("account-1", mine, 32).current()).isEqualTo(32);
        assertThat(new IssuerMismatchException("account-1", mine, "etcd//x").current())
                .isEqualTo("etcd//x");
    }

    private static List<String> issuers() {
        List<String> issuers =
                new ArrayList<>(List.of("a", ISSUER, "%", ";", "é".repeat(512), "\u0000", "..//..", "😀"));
        Random random = new Random(7);
        for (int i = 0; i < 500; i++) {
            StringBuilder issuer = new StringBuilder();
            for (int length = 1 + random.nextInt(20); length > 0; length--) {
                int c = random.nextBoolean() ? random.nextInt(128) : random.nextInt(0x110000);
                issuer.appendCodePoint(c >= 0xd800 && c <= 0xdfff ? '?' : c);
            }
            issuers.add(issuer.toString());
        }
        return issuers;
    }
}
