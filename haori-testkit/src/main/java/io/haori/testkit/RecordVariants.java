package io.haori.testkit;

import io.haori.core.check.UserError;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Records that differ from a given one in a single component, at any depth. A test that walks over
 * them notices a component that was added, which a test that lists them does not.
 *
 * <pre>{@code
 * new RecordVariants().of(LoraConfig.DEFAULT) // LoraConfig.rank: [rank 9], LoraConfig.alpha: …
 * }</pre>
 */
public final class RecordVariants {
  private final Map<Object, List<?>> examples = new HashMap<>();

  /**
   * Other values for components of a type, which is not looked into then.
   *
   * @param type as the component declares it
   * @param values at least two
   */
  public <T> RecordVariants with(Class<T> type, List<? extends T> values) {
    examples.put(type, values);
    return this;
  }

  /**
   * Other values for one component.
   *
   * @param component {@code Record.component}
   * @param values at least two
   */
  public RecordVariants with(String component, List<?> values) {
    examples.put(component, values);
    return this;
  }

  /**
   * The variants of a record.
   *
   * @param record whose constructor may refuse some values with a {@link UserError}
   * @return by {@code Record.component}; no variant where the record takes none of the values tried
   */
  public <R extends Record> Map<String, List<R>> of(R record) {
    Map<String, List<R>> variants = new LinkedHashMap<>();
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      String name = record.getClass().getSimpleName() + "." + component.getName();
      Object value = value(record, component);
      List<?> given = examples.getOrDefault(name, examples.get(component.getType()));
      if (given == null && value instanceof Record part) {
        of(part).forEach((path, parts) -> put(variants, path, record, component, parts));
      } else {
        put(
            variants,
            name,
            record,
            component,
            given != null ? given : others(name, component, value));
      }
    }
    return variants;
  }

  private static <R extends Record> void put(
      Map<String, List<R>> variants,
      String name,
      R record,
      RecordComponent component,
      List<?> values) {
    List<R> accepted = variants.computeIfAbsent(name, key -> new ArrayList<>());
    for (Object value : values) {
      if (!value.equals(value(record, component))) {
        with(record, component, value).ifPresent(accepted::add);
      }
    }
  }

  private static List<?> others(String name, RecordComponent component, Object value) {
    if (value instanceof Integer whole) {
      return List.of(whole + 1, whole + 2, 2 * whole + 3);
    }
    if (value instanceof Long whole) {
      return List.of(whole + 1, whole + 9_000_000_000L);
    }
    if (value instanceof Double number) {
      return List.of(number / 2, number / 3, number + 0.1, 2 * number, 1e-5);
    }
    if (value instanceof Boolean truth) {
      return List.of(!truth);
    }
    if (value instanceof String) {
      return List.of("another", "loss");
    }
    if (value instanceof Enum<?> one) {
      return Arrays.asList(one.getDeclaringClass().getEnumConstants());
    }
    if (component.getType() == Map.class) {
      boolean whole = component.getGenericType().getTypeName().contains("Integer");
      Map<String, Number> ordered = new LinkedHashMap<>();
      ordered.put("value", whole ? (Number) 3 : (Number) 11.7);
      ordered.put("layer\\.(?:0|1)\\..*key", whole ? (Number) 5 : (Number) 0.1);
      return List.of(ordered);
    }
    throw new AssertionError("say with(\"" + name + "\", …) which other values there are");
  }

  private static Object value(Record record, RecordComponent component) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  private static <R extends Record> Optional<R> with(
      R record, RecordComponent changed, Object value) {
    RecordComponent[] components = record.getClass().getRecordComponents();
    Class<?>[] types = Stream.of(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    Object[] values =
        Stream.of(components)
            .map(one -> one.getName().equals(changed.getName()) ? value : value(record, one))
            .toArray();
    try {
      @SuppressWarnings("unchecked")
      Constructor<R> constructor = (Constructor<R>) record.getClass().getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return Optional.of(constructor.newInstance(values));
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof UserError) {
        return Optional.empty();
      }
      throw new AssertionError(e);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }
}
