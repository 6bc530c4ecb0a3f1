package demofusion.coordinator.http.compat;

import demofusion.coordinator.http.Endpoint;
import demofusion.coordinator.http.GuestApi;
import demofusion.coordinator.http.Premises;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * The API of AUTOMATIC1111's Stable Diffusion WebUI, {@code /sdapi/v1}, as far as one picture from
 * words or from a picture goes. Names that mean nothing here are ignored, as there; values that
 * would make another picture than this farm draws (inpainting, tiling, scripts) are refused. A
 * client that hangs up does not stop its pictures, as there: {@code interrupt} does.
 */
public final class StableDiffusionApi implements GuestApi {
  @Override
  public List<Endpoint> endpoints(Premises premises) {
    RequestsInHand inHand = new RequestsInHand();
    ServedModels models = new ServedModels(premises.farm());
    CallerOptions options = new CallerOptions();
    PictureJobs jobs = new PictureJobs(premises.farm(), premises.events());
    List<Endpoint> endpoints = new ArrayList<>();
    endpoints.addAll(new GenerationRoutes(premises, jobs, inHand, models, options).endpoints());
    endpoints.addAll(new ProgressRoutes(premises, inHand, InstantSource.system()).endpoints());
    endpoints.addAll(new OptionRoutes(premises.bodies(), models, options).endpoints());
    endpoints.addAll(new CatalogueRoutes(models).endpoints());
    endpoints.addAll(new PngInfoRoutes(premises.bodies()).endpoints());
    endpoints.addAll(new GuestDocument().endpoints());
    return endpoints.stream().map(endpoint -> endpoint.in(WebUiErrors.DIALECT)).toList();
  }
}
