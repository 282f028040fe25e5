/**
 * Modules as versions that never change: who made what of which data, what is live, who approved
 * it, how to go back, and what may be deleted.
 *
 * <p>Start at {@link io.haori.registry.Registry}: one person's view of a registry, a folder
 * (SQLite) or PostgreSQL. It leads to the {@link io.haori.registry.ModuleCatalogue modules and
 * versions}, their {@link io.haori.registry.lifecycle.LifeCycle life-cycle}, {@link
 * io.haori.registry.AccessControl roles and tokens} and {@link io.haori.registry.Maintenance log,
 * verification and clean-up}.
 *
 * <pre>{@code
 * RegistryLocation location = RegistryLocation.ofFolder(Path.of("registry"));
 * Credentials anna = new Credentials("anna", null, null);
 * try (Registry registry = Registry.openOrCreate(location, anna, InstantSource.system())) {
 *   ModuleName food = new ModuleName("food");
 *   VersionId id = registry.modules().add(adapter, food, Addition.plain()).version().id();
 *   registry.lifeCycle().approve(id, "accuracy 0.91 on the test rows");
 *   registry.lifeCycle().goLive(id, LiveTarget.EVERYWHERE, "release 7");
 *
 *   registry.modules().checkOut(ModuleReference.parse("food@live"), served); // checked by digest
 *
 *   registry.lifeCycle().rollback(food, LiveTarget.EVERYWHERE, "complaints since noon");
 *   for (AuditEntry entry : registry.maintenance().history(food, 10)) {
 *     System.out.println(entry.actor() + " " + entry.action());
 *   }
 * }
 * }</pre>
 *
 * <p>Every call goes through {@link io.haori.registry.ledger.Ledger}, which checks the person's
 * role and writes the log: whoever lacks the role gets a {@link io.haori.core.check.UserError}, and
 * the refusal is in the log. A registry and its views may be used by any number of threads.
 */
@NullMarked
package io.haori.registry;

import org.jspecify.annotations.NullMarked;
