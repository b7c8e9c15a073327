package main

import (
	"errors"
	"fmt"

	"github.com/argoproj/argo-rollouts/pkg/apis/rollouts/v1alpha1"
	"github.com/argoproj/argo-rollouts/pkg/apis/rollouts/validation"
	rolloutlisters "github.com/argoproj/argo-rollouts/pkg/client/listers/rollouts/v1alpha1"
	analysisutil "github.com/argoproj/argo-rollouts/utils/analysis"
	ingressutil "github.com/argoproj/argo-rollouts/utils/ingress"
	istioutil "github.com/argoproj/argo-rollouts/utils/istio"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	k8serrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/client-go/dynamic/dynamiclister"
	corelisters "k8s.io/client-go/listers/core/v1"
	networkinglisters "k8s.io/client-go/listers/networking/v1"
	"k8s.io/client-go/tools/cache"
)

type kindOf = metav1.TypeMeta

var (
	serviceKind         = kind("v1", "Service")
	ingressKind         = kind("networking.k8s.io/v1", "Ingress")
	templateKind        = kind("argoproj.io/v1alpha1", "AnalysisTemplate")
	clusterTemplateKind = kind("argoproj.io/v1alpha1", "ClusterAnalysisTemplate")
	referencedKinds     = []kindOf{
		serviceKind, ingressKind, templateKind, clusterTemplateKind,
		kind("networking.istio.io/v1", "VirtualService"), kind("networking.istio.io/v1beta1", "VirtualService"), kind("networking.istio.io/v1alpha3", "VirtualService"),
	}
)

// What the controller would find in its caches. Looked up as in argo-rollouts' rollout/controller.go, whose functions are private; the listers are
// its own, so that what is missing is said in its words.
type references struct {
	services         corelisters.ServiceLister
	ingresses        networkinglisters.IngressLister
	templates        rolloutlisters.AnalysisTemplateLister
	clusterTemplates rolloutlisters.ClusterAnalysisTemplateLister
	virtualServices  dynamiclister.Lister
}

// What a Rollout names: all of it, or the first that is not there.
type referenced struct {
	found   validation.ReferencedResources
	missing error
}

func newReferences(manifests []manifest, reasons *[]string) references {
	virtualServices := newCache()
	for _, m := range manifests {
		if m.Kind == "VirtualService" {
			object := &unstructured.Unstructured{}
			if err := object.UnmarshalJSON(m.raw); err != nil {
				*reasons = append(*reasons, fmt.Sprintf("%s: %v", m, err))
				continue
			}
			add(virtualServices, object)
		}
	}
	return references{
		services:         corelisters.NewServiceLister(cached[corev1.Service](manifests, serviceKind, reasons)),
		ingresses:        networkinglisters.NewIngressLister(cached[networkingv1.Ingress](manifests, ingressKind, reasons)),
		templates:        rolloutlisters.NewAnalysisTemplateLister(cached[v1alpha1.AnalysisTemplate](manifests, templateKind, reasons)),
		clusterTemplates: rolloutlisters.NewClusterAnalysisTemplateLister(cached[v1alpha1.ClusterAnalysisTemplate](manifests, clusterTemplateKind, reasons)),
		virtualServices:  dynamiclister.New(virtualServices, istioutil.GetIstioVirtualServiceGVR()),
	}
}

func (r references) of(rollout *v1alpha1.Rollout) (referenced, error) {
	canary := rollout.Spec.Strategy.Canary
	if rollout.Spec.WorkloadRef != nil {
		return referenced{}, errors.New("this judge does not resolve workloadRef")
	}
	if canary != nil && canary.TrafficRouting != nil && (canary.TrafficRouting.Ambassador != nil || canary.TrafficRouting.AppMesh != nil) {
		return referenced{}, errors.New("this judge does not resolve what Ambassador and App Mesh need")
	}
	var found validation.ReferencedResources
	var missing error
	steps := []func() error{
		func() (err error) { found.ServiceWithType, err = r.servicesOf(rollout); return },
		func() (err error) { found.AnalysisTemplatesWithType, err = r.analysesOf(rollout); return },
		func() error { return validation.ValidateRolloutNginxIngressesConfig(rollout) },
		func() error { return validation.ValidateRolloutAlbIngressesConfig(rollout) },
		func() (err error) { found.Ingresses, err = r.ingressesOf(rollout); return },
		func() error { return validation.ValidateRolloutVirtualServicesConfig(rollout) },
		func() (err error) { found.VirtualServices, err = r.virtualServicesOf(rollout); return },
	}
	for _, step := range steps {
		if missing = step(); missing != nil {
			break
		}
	}
	return referenced{found: found, missing: missing}, nil
}

func (r references) servicesOf(rollout *v1alpha1.Rollout) ([]validation.ServiceWithType, error) {
	type named struct {
		name string
		as   validation.ServiceType
	}
	var all []named
	if blueGreen := rollout.Spec.Strategy.BlueGreen; blueGreen != nil {
		all = []named{{blueGreen.ActiveService, validation.ActiveService}, {blueGreen.PreviewService, validation.PreviewService}}
	} else if canary := rollout.Spec.Strategy.Canary; canary != nil {
		all = []named{{canary.StableService, validation.StableService}, {canary.CanaryService, validation.CanaryService}}
		if canary.PingPong != nil {
			all = append(all, named{canary.PingPong.PingService, validation.PingService}, named{canary.PingPong.PongService, validation.PongService})
		}
	}
	var services []validation.ServiceWithType
	for _, n := range all {
		if n.name == "" {
			continue
		}
		service, err := r.services.Services(rollout.Namespace).Get(n.name)
		if err != nil {
			return nil, asInvalid(err, validation.GetServiceWithTypeFieldPath(n.as), n.name, err.Error())
		}
		services = append(services, validation.ServiceWithType{Service: service, Type: n.as})
	}
	return services, nil
}

func (r references) analysesOf(rollout *v1alpha1.Rollout) ([]validation.AnalysisTemplatesWithType, error) {
	type used struct {
		analysis *v1alpha1.RolloutAnalysis
		as       validation.AnalysisTemplateType
		step     int
	}
	var all []used
	if blueGreen := rollout.Spec.Strategy.BlueGreen; blueGreen != nil {
		all = []used{{blueGreen.PrePromotionAnalysis, validation.PrePromotionAnalysis, 0}, {blueGreen.PostPromotionAnalysis, validation.PostPromotionAnalysis, 0}}
	} else if canary := rollout.Spec.Strategy.Canary; canary != nil {
		for i, step := range canary.Steps {
			all = append(all, used{step.Analysis, validation.InlineAnalysis, i})
		}
		if canary.Analysis != nil {
			all = append(all, used{&canary.Analysis.RolloutAnalysis, validation.BackgroundAnalysis, 0})
		}
	}
	var analyses []validation.AnalysisTemplatesWithType
	for _, u := range all {
		if u.analysis == nil {
			continue
		}
		path := validation.GetAnalysisTemplateWithTypeFieldPath(u.as, u.step)
		templates, clusterTemplates, err := r.templatesOf(rollout.Namespace, u.analysis.Templates, path)
		if err != nil {
			return nil, err
		}
		analyses = append(analyses, validation.AnalysisTemplatesWithType{
			AnalysisTemplates: templates, ClusterAnalysisTemplates: clusterTemplates, TemplateType: u.as, CanaryStepIndex: u.step, Args: u.analysis.Args,
		})
	}
	return analyses, nil
}

// Templates may name others.
func (r references) templatesOf(
	namespace string, refs []v1alpha1.AnalysisTemplateRef, path *field.Path,
) ([]*v1alpha1.AnalysisTemplate, []*v1alpha1.ClusterAnalysisTemplate, error) {
	var templates []*v1alpha1.AnalysisTemplate
	var clusterTemplates []*v1alpha1.ClusterAnalysisTemplate
	for _, ref := range refs {
		var inner []v1alpha1.AnalysisTemplateRef
		if ref.IsClusterScope() {
			template, err := r.clusterTemplates.Get(ref.TemplateName)
			if err != nil {
				return nil, nil, asInvalid(err, path, ref.TemplateName, fmt.Sprintf("ClusterAnalysisTemplate '%s' not found", ref.TemplateName))
			}
			clusterTemplates, inner = append(clusterTemplates, template), template.Spec.Templates
		} else {
			template, err := r.templates.AnalysisTemplates(namespace).Get(ref.TemplateName)
			if err != nil {
				return nil, nil, asInvalid(err, path, ref.TemplateName, fmt.Sprintf("AnalysisTemplate '%s' not found", ref.TemplateName))
			}
			templates, inner = append(templates, template), template.Spec.Templates
		}
		more, moreOfCluster, err := r.templatesOf(namespace, inner, field.NewPath("spec", "templates"))
		if err != nil {
			return nil, nil, err
		}
		templates, clusterTemplates = append(templates, more...), append(clusterTemplates, moreOfCluster...)
	}
	unique, uniqueOfCluster := analysisutil.FilterUniqueTemplates(templates, clusterTemplates)
	return unique, uniqueOfCluster, nil
}

func (r references) ingressesOf(rollout *v1alpha1.Rollout) ([]ingressutil.Ingress, error) {
	canary := rollout.Spec.Strategy.Canary
	if canary == nil || canary.TrafficRouting == nil {
		return nil, nil
	}
	path := field.NewPath("spec", "strategy", "canary", "trafficRouting")
	var all []string
	var value any
	switch routing := canary.TrafficRouting; {
	case routing.ALB != nil && routing.ALB.Ingresses != nil:
		path, all, value = path.Child("alb", "ingresses"), routing.ALB.Ingresses, routing.ALB.Ingresses
	case routing.ALB != nil:
		path, all, value = path.Child("alb", "ingress"), []string{routing.ALB.Ingress}, routing.ALB.Ingress
	case routing.Nginx != nil && routing.Nginx.StableIngresses != nil:
		path, all, value = path.Child("nginx", "StableIngresses"), routing.Nginx.StableIngresses, routing.Nginx.StableIngresses
	case routing.Nginx != nil:
		path, all, value = path.Child("nginx", "stableIngress"), []string{routing.Nginx.StableIngress}, routing.Nginx.StableIngress
	}
	var ingresses []ingressutil.Ingress
	for _, name := range all {
		ingress, err := r.ingresses.Ingresses(rollout.Namespace).Get(name)
		if err != nil {
			return nil, asInvalid(err, path, value, err.Error())
		}
		ingresses = append(ingresses, *ingressutil.NewIngress(ingress))
	}
	return ingresses, nil
}

func (r references) virtualServicesOf(rollout *v1alpha1.Rollout) ([]unstructured.Unstructured, error) {
	canary := rollout.Spec.Strategy.Canary
	if canary == nil || canary.TrafficRouting == nil || canary.TrafficRouting.Istio == nil {
		return nil, nil
	}
	path := field.NewPath("spec", "strategy", "canary", "trafficRouting", "istio")
	var all []v1alpha1.IstioVirtualService
	if istioutil.MultipleVirtualServiceConfigured(rollout) {
		path, all = path.Child("virtualServices", "name"), canary.TrafficRouting.Istio.VirtualServices
	} else {
		path, all = path.Child("virtualService", "name"), []v1alpha1.IstioVirtualService{*canary.TrafficRouting.Istio.VirtualService}
	}
	var virtualServices []unstructured.Unstructured
	for _, each := range all {
		namespace, name := istioutil.GetVirtualServiceNamespaceName(each.Name)
		if namespace == "" {
			namespace = rollout.Namespace
		}
		virtualService, err := r.virtualServices.Namespace(namespace).Get(name)
		if err != nil {
			return nil, asInvalid(err, path, name, err.Error())
		}
		virtualServices = append(virtualServices, *virtualService)
	}
	return virtualServices, nil
}

func asInvalid(err error, path *field.Path, value any, detail string) error {
	if k8serrors.IsNotFound(err) {
		return field.Invalid(path, value, detail)
	}
	return err
}

func cached[T any, P interface {
	*T
	metav1.Object
}](manifests []manifest, of kindOf, reasons *[]string) cache.Indexer {
	objects := newCache()
	for _, object := range decodeAll[T](manifests, of, reasons) {
		add(objects, P(object))
	}
	return objects
}

func newCache() cache.Indexer {
	return cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{cache.NamespaceIndex: cache.MetaNamespaceIndexFunc})
}

func add(objects cache.Indexer, object metav1.Object) {
	if _, ofCluster := object.(*v1alpha1.ClusterAnalysisTemplate); !ofCluster {
		object.SetNamespace(namespaceOf(object))
	}
	if err := objects.Add(object); err != nil {
		panic(err)
	}
}

// Where a manifest without a namespace goes.
func namespaceOf(object metav1.Object) string {
	if object.GetNamespace() == "" {
		return metav1.NamespaceDefault
	}
	return object.GetNamespace()
}
