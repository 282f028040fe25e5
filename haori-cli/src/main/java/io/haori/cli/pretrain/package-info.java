/** {@code haori pretrain}: a module a domain from unlabelled texts. */
@NullMarked
package io.haori.cli.pretrain;

import org.jspecify.annotations.NullMarked;
