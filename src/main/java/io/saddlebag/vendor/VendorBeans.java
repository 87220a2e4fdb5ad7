package io.saddlebag.vendor;

import io.saddlebag.run.Ledger;
import io.saddlebag.vendor.alida.Alida;
import io.saddlebag.vendor.altcraft.Altcraft;
import io.saddlebag.vendor.commcare.CommCare;
import io.saddlebag.vendor.surveysolutions.SurveySolutions;
import io.saddlebag.vendor.surveysolutions.SurveySolutionsV1;
import io.saddlebag.vendor.webadmit.WebAdmit;
import java.time.Clock;
import org.apache.camel.spi.Registry;

/** Gives the vendors' routes the beans that they name. */
public final class VendorBeans {
  private VendorBeans() {}

  /** Binds every vendor's beans. */
  public static void bind(Registry registry, Ledger ledger, Clock clock) {
    registry.bind("surveySolutions", new SurveySolutions(ledger));
    registry.bind("surveySolutionsV1", new SurveySolutionsV1(ledger));
    registry.bind("webadmit", new WebAdmit(ledger));
    registry.bind("altcraft", new Altcraft());
    registry.bind("alida", new Alida(ledger));
    registry.bind("commcare", new CommCare(ledger, clock));
  }
}
