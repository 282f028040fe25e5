package io.haori.cli.registry;

import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.Session;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.folder.HaoriJson;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which adapter is meant: a folder, or a version of a registry. */
public final class AdapterOptions {
  @Option(
      names = "--adapter",
      paramLabel = "DIR|reg:MODULE",
      required = true,
      description =
          "From tune or mix, a sequence classifier of PEFT's, or of the registry, for example"
              + " reg:food@live.")
  public String adapter;

  public @Mixin final RegistryAddress registry = new RegistryAddress();

  /**
   * The folder to load from.
   *
   * @param session what the command runs in
   */
  public CheckedOut open(Session session) {
    return CheckedOut.of(adapter, registry, session.context());
  }

  /**
   * What an adapter says of itself.
   *
   * @param source what {@link #open} gave
   * @param common may name the base
   * @param names of the labels of a head that has none; else empty
   */
  public HaoriJson describe(CheckedOut source, CommonOptions common, List<String> names) {
    return AdapterFolder.describe(source.folder(), namedBase(source, common), names);
  }

  /**
   * The base of an adapter without a head.
   *
   * @param source what {@link #open} gave
   * @param common may name the base
   */
  public String baseOf(CheckedOut source, CommonOptions common) {
    return AdapterFolder.baseOf(source.folder(), namedBase(source, common));
  }

  /** The base that the user or the registry names. */
  private static @Nullable String namedBase(CheckedOut source, CommonOptions common) {
    if (common.base != null || source.version() == null) {
      return common.base;
    }
    return source.version().origin().baseName();
  }
}
