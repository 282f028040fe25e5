package io.haori.cli.generate;

import static io.haori.core.check.Check.require;

import io.haori.adapter.peft.PeftFolder;
import io.haori.cli.registry.CheckedOut;
import io.haori.cli.registry.RegistryAddress;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.Decoders;
import io.haori.cli.session.EngineSetup;
import io.haori.cli.session.Session;
import io.haori.core.check.Check;
import io.haori.core.files.AdapterFiles;
import io.haori.core.weights.DType;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.generate.Generator;
import io.haori.inference.model.TextBase;
import io.haori.model.backbone.Adaptation;
import io.haori.model.chat.ChatTemplate;
import io.haori.training.condense.StoredModule;
import io.haori.training.pretrain.ModuleFolder;
import java.nio.file.Files;
import org.jspecify.annotations.Nullable;

/**
 * A decoder in memory, with an adapter or without. Owns both.
 *
 * @param base the decoder
 * @param module the adapter; null for none
 * @param generator writes with both
 */
public record WritingBase(TextBase base, @Nullable StoredModule module, Generator generator)
    implements AutoCloseable {
  private static final String WHY = "which writes text";

  /**
   * Opens what was chosen.
   *
   * @param session what the command runs in
   * @param common may name the base
   * @param adapter a folder or a module of the registry; null for the base alone
   * @param registry where modules are
   */
  static WritingBase open(
      Session session, CommonOptions common, @Nullable String adapter, RegistryAddress registry) {
    if (adapter == null) {
      EngineSetup engine = new EngineSetup(session, common);
      String named = common.baseOr("");
      Decoders.require(named, WHY);
      TextBase base = engine.open(named, engine.precision());
      return opened(base, null, engine.precision());
    }
    try (CheckedOut source = CheckedOut.of(adapter, registry, session.context())) {
      return open(session, common, source);
    }
  }

  /**
   * Opens a module with its base.
   *
   * @param session what the command runs in
   * @param common may name the base
   * @param source of the module; may be closed afterwards
   */
  public static WritingBase open(Session session, CommonOptions common, CheckedOut source) {
    if (!Files.isDirectory(source.folder())) {
      throw Check.in(
          source.folder(), "must be the folder of a decoder's module, but nothing is there");
    }
    if (!ModuleFolder.exists(source.folder())
        && !Files.exists(source.folder().resolve(PeftFolder.CONFIG))) {
      String both = AdapterFiles.HAORI + " or " + AdapterFiles.PEFT_CONFIG;
      throw Check.in(source.folder(), "must be an adapter folder with " + both + ", found neither");
    }
    String named = common.base;
    if (named == null && source.version() != null) {
      named = source.version().origin().baseName();
    }
    require(
        !AdapterFolder.hasHead(source.folder()),
        "--adapter",
        "a module without a task's head, which answers with labels (haori predict)",
        source.shown());
    String name = AdapterFolder.baseOf(source.folder(), named);
    Decoders.require(name, WHY);
    EngineSetup engine = new EngineSetup(session, common);
    engine.requireKept(source.folder());
    TextBase base = engine.open(name, engine.basePrecision(source.folder()));
    try {
      source.requireBase(base.name(), base.digest());
      StoredModule module = StoredModule.open(source.folder(), base);
      return opened(base, module, engine.precision());
    } catch (RuntimeException e) {
      base.close();
      throw e;
    }
  }

  private static WritingBase opened(TextBase base, @Nullable StoredModule module, DType dtype) {
    try {
      Adaptation adaptation = module == null ? Adaptation.NONE : module.module();
      return new WritingBase(base, module, new Generator(base, adaptation, dtype));
    } catch (RuntimeException e) {
      if (module != null) {
        module.close();
      }
      base.close();
      throw e;
    }
  }

  /** Which adapter sits where. */
  public Adaptation adaptation() {
    return module == null ? Adaptation.NONE : module.module();
  }

  /**
   * How the base wants conversations to be written.
   *
   * @throws io.haori.core.check.UserError when its folder does not say
   */
  ChatTemplate chatTemplate() {
    return ChatTemplate.required(base.tokenizer());
  }

  @Override
  public void close() {
    if (module != null) {
      module.close();
    }
    base.close();
  }
}
