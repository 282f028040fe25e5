package io.haori.cli.registry;

import io.haori.model.base.BaseModel;
import io.haori.model.base.Bases;
import io.haori.model.base.FetchListener;
import io.haori.registry.version.BaseIdentity;

/** The digest of a base, without loading it into the engine. */
public final class BaseDigest {
  private BaseDigest() {}

  public static BaseIdentity of(String name) {
    BaseModel base = Bases.open(name, FetchListener.SILENT);
    try {
      return new BaseIdentity(name, base.digest());
    } finally {
      base.close();
    }
  }
}
