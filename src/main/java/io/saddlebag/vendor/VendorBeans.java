package io.saddlebag.vendor;

import io.saddlebag.run.Ledger;
import io.saddlebag.vendor.altcraft.Altcraft;
import io.saddlebag.vendor.surveysolutions.SurveySolutions;
import io.saddlebag.vendor.webadmit.WebAdmit;
import org.apache.camel.spi.Registry;

/** Gives the vendors' routes the beans that they name. */
public final class VendorBeans {
  private VendorBeans() {}

  /** Binds every vendor's beans. */
  public static void bind(Registry registry, Ledger ledger) {
    registry.bind("surveySolutions", new SurveySolutions(ledger));
    registry.bind("webadmit", new WebAdmit());
    registry.bind("altcraft", new Altcraft());
  }
}
