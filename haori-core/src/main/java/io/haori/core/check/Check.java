package io.haori.core.check;

import java.nio.file.Path;

/** Builds the sentences of {@link UserError}, so that their wording cannot drift. */
public final class Check {
  private Check() {}

  /**
   * Refuses a setting that is out of its bound: {@code <setting> must be <bound>, got <value>}.
   *
   * @param allowed the condition that must hold; state what is allowed, so that NaN fails it
   * @param setting the setting's full name, for example {@code lora.rank}
   * @param bound what is allowed, for example {@code at least 1}
   * @param value what was given
   */
  public static void require(boolean allowed, String setting, String bound, Object value) {
    if (!allowed) {
      throw new UserError(setting + " must be " + bound + ", got " + value);
    }
  }

  /**
   * Refuses what cannot be done in the present state: the same sentence, another {@link
   * UserError.Kind}.
   *
   * @param allowed the condition that must hold
   * @param what whose state it is, for example {@code state of food@3}
   * @param bound what is allowed
   * @param value what it is
   */
  public static void requireState(boolean allowed, String what, String bound, Object value) {
    if (!allowed) {
      throw new UserError(UserError.Kind.STATE, what + " must be " + bound + ", got " + value);
    }
  }

  /**
   * The error of one place in a text file: {@code <file>:<line>: <what is wrong>}.
   *
   * @param file the file as the user named it
   * @param line counted from 1
   * @param what what is wrong there
   * @return the error, to be thrown
   */
  public static UserError at(Path file, long line, String what) {
    return new UserError(file + ":" + line + ": " + what);
  }

  /**
   * The error of a whole file: {@code <file>: <what is wrong>}.
   *
   * @param file the file as the user named it
   * @param what what is wrong with it
   * @return the error, to be thrown
   */
  public static UserError in(Path file, String what) {
    return new UserError(file + ": " + what);
  }
}
