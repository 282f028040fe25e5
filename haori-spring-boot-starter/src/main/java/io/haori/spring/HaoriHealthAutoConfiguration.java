package io.haori.spring;

import io.haori.client.HaoriClient;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;

/** Health of the server, where the application shows any. */
@AutoConfiguration(after = HaoriServerAutoConfiguration.class)
@ConditionalOnClass(HealthIndicator.class)
@ConditionalOnBean(HaoriClient.class)
@ConditionalOnProperty(name = "management.health.haori.enabled", matchIfMissing = true)
public class HaoriHealthAutoConfiguration {
  /** Asks the server each time. */
  @Bean
  @ConditionalOnMissingBean(name = "haoriHealthIndicator")
  HealthIndicator haoriHealthIndicator(HaoriClient client) {
    return new HaoriHealthIndicator(client);
  }
}
