/**
 * Adapter folders of PEFT: {@code adapter_config.json} beside {@code adapter_model.safetensors}.
 *
 * <p>Start at {@link io.haori.adapter.peft.PeftFolder} (reads and writes a folder), then {@link
 * io.haori.adapter.peft.ConfigReader} (which keys are understood and which are refused) and {@link
 * io.haori.adapter.peft.PeftForm} (how a method appears in such a folder; a new method that PEFT
 * knows adds one).
 */
@NullMarked
package io.haori.adapter.peft;

import org.jspecify.annotations.NullMarked;
