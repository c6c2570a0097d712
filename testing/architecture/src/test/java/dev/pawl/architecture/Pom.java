package dev.pawl.architecture;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** Reads the few elements of a pom that the rules are about. */
final class Pom {

    private final Element project;

    private Pom(Element project) {
        this.project = project;
    }

    static Pom read(Path file) {
        try {
            return new Pom(DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(file.toFile())
                    .getDocumentElement());
        } catch (Exception e) {
            throw new IllegalStateException("cannot read " + file, e);
        }
    }

    List<String> modules() {
        return child(project, "modules").stream()
                .flatMap(modules -> children(modules).stream())
                .map(module -> module.getTextContent().trim())
                .toList();
    }

    String artifactId() {
        return text(project, "artifactId").orElseThrow();
    }

    String packaging() {
        return text(project, "packaging").orElse("jar");
    }

    Map<String, String> properties() {
        Map<String, String> properties = new HashMap<>();
        child(project, "properties")
                .ifPresent(all -> children(all)
                        .forEach(p -> properties.put(
                                p.getTagName(), p.getTextContent().trim())));
        return properties;
    }

    List<Module.Dependency> dependencies() {
        return dependenciesOf(project);
    }

    List<Module.Dependency> managedDependencies() {
        return child(project, "dependencyManagement").map(Pom::dependenciesOf).orElse(List.of());
    }

    private static List<Module.Dependency> dependenciesOf(Element parent) {
        List<Module.Dependency> found = new ArrayList<>();
        child(parent, "dependencies")
                .ifPresent(all -> children(all)
                        .forEach(d -> found.add(new Module.Dependency(
                                text(d, "groupId").orElseThrow(),
                                text(d, "artifactId").orElseThrow(),
                                text(d, "scope").orElse("compile")))));
        return found;
    }

    private static Optional<String> text(Element parent, String name) {
        return child(parent, name).map(e -> e.getTextContent().trim());
    }

    private static Optional<Element> child(Element parent, String name) {
        return children(parent).stream()
                .filter(e -> e.getTagName().equals(name))
                .findFirst();
    }

    private static List<Element> children(Element parent) {
        List<Element> found = new ArrayList<>();
        for (Node n = parent.getFirstChild(); n != null; n = n.getNextSibling()) {
            if (n instanceof Element element) {
                found.add(element);
            }
        }
        return found;
    }
}
