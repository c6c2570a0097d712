package dev.pawl.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.ObjectInput;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.NullMarked;

/** The rules about single classes and packages. */
final class ClassRules {

    private static final Set<String> FORBIDDEN_NAMES =
            Set.of("impl", "util", "utils", "helper", "helpers", "manager", "managers", "internal", "misc");

    static final ArchRule NO_PACKAGE_CYCLES =
            slices().matching("dev.pawl.(**)").should().beFreeOfCycles();

    static final ArchRule PACKAGES_NAMED_AFTER_WHAT_THEY_DO =
            classes().should(satisfy("be in a package named after what it does", ClassRules::isInANamedPackage));

    /** An exception with subtypes is open, and so is a kit that a backend's test extends. */
    static final ArchRule PUBLIC_CLASSES_FINAL = classes()
            .that(predicate("are public top-level classes", ClassRules::isPublicTopLevel))
            .should(satisfy("be final, or made for subtypes", ClassRules::isClosed));

    static final ArchRule PACKAGES_NULL_MARKED = classes()
            .should(satisfy("be in a @NullMarked package", c -> c.getPackage().isAnnotatedWith(NullMarked.class)));

    static final ArchRule NO_JAVA_SERIALIZATION =
            noClasses().should().dependOnClassesThat().areAssignableTo(ObjectInput.class);

    private ClassRules() {}

    /** Every violation of a rule, one line each. */
    static List<String> violations(ArchRule rule, JavaClasses classes) {
        return rule.allowEmptyShould(true).evaluate(classes).getFailureReport().getDetails();
    }

    private static boolean isInANamedPackage(JavaClass type) {
        return Arrays.stream(type.getPackageName().split("\\.")).noneMatch(FORBIDDEN_NAMES::contains);
    }

    private static boolean isPublicTopLevel(JavaClass type) {
        return type.isTopLevelClass() && type.getModifiers().contains(JavaModifier.PUBLIC);
    }

    private static boolean isClosed(JavaClass type) {
        boolean exception = type.isAssignableTo(Throwable.class);
        boolean kit = type.getModifiers().contains(JavaModifier.ABSTRACT)
                && type.getSimpleName().endsWith("Tck");
        return type.isInterface()
                || type.isEnum()
                || type.getModifiers().contains(JavaModifier.FINAL)
                || exception && !type.getSubclasses().isEmpty()
                || kit
                || hasHiddenConstructorsOnly(type);
    }

    /** An abstract class that only its own package can extend. */
    private static boolean hasHiddenConstructorsOnly(JavaClass type) {
        return type.getModifiers().contains(JavaModifier.ABSTRACT)
                && type.getConstructors().stream()
                        .noneMatch(c -> c.getModifiers().contains(JavaModifier.PUBLIC)
                                || c.getModifiers().contains(JavaModifier.PROTECTED));
    }

    private static DescribedPredicate<JavaClass> predicate(String text, Predicate<JavaClass> test) {
        return DescribedPredicate.describe(text, test);
    }

    private static ArchCondition<JavaClass> satisfy(String text, Predicate<JavaClass> test) {
        return new ArchCondition<>(text) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                if (!test.test(type)) {
                    events.add(SimpleConditionEvent.violated(type, type.getName() + " should " + text));
                }
            }
        };
    }
}
